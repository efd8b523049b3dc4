package dev.parley.outside;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Blocks of a page, pasted into one shell from top to bottom: what each command was, and what it
 * printed. The first command that fails ends it.
 */
record ShellSession(Command.Ended ended, List<Step> steps) {
  /** A command as the shell read it, and what came on standard output until the next one. */
  record Step(String command, String out) {}

  private static final String MARK = "@@parley-step ";

  /** In the trap of the end, the shell would tell the last command once more. */
  private static final String END = "trap - DEBUG\n";

  /** The shell tells each command before it runs; what is left in the background ends with it. */
  private static final String PRELUDE =
      """
      set -euo pipefail
      exec 3>&1
      trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
      trap 'printf "\\n%s%s\\n" "MARK" "$BASH_COMMAND" >&3' DEBUG
      """
          .replace("MARK", MARK);

  /**
   * Runs the blocks in the source tree's root, with a home and a temporary directory of its own.
   */
  static ShellSession run(List<Fence> blocks, Path scratch, Duration limit) throws Exception {
    String script = blocks.stream().map(Fence::text).collect(Collectors.joining("\n"));
    Path file = Files.writeString(scratch.resolve("session.sh"), PRELUDE + script + "\n" + END);
    Command.Ended ended =
        Command.of("bash", file.toString())
            .in(SourceTree.root())
            .on(Jdk.current())
            .with("HOME", scratch.toString())
            .with("TMPDIR", scratch.toString())
            .with("PARLEY_JAVA_ARCHIVE", "off") // made in the background, for later commands
            .within(limit)
            .run();
    List<Step> steps = new ArrayList<>();
    String[] parts = ended.out().split("\\n" + MARK, -1);
    for (int i = 1; i < parts.length; i++) {
      int end = parts[i].indexOf('\n');
      steps.add(new Step(parts[i].substring(0, end), parts[i].substring(end + 1)));
    }
    return new ShellSession(ended, steps);
  }
}

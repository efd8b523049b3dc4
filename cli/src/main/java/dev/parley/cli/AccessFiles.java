package dev.parley.cli;

import dev.parley.cli.output.CliException;
import dev.parley.cli.output.Console;
import dev.parley.cli.output.FailureReport;
import dev.parley.node.AccessList;
import dev.parley.node.AccessRules;
import dev.parley.node.AgentNodeBuilder;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say who may have a link with a node: files, which SIGHUP has read again. */
final class AccessFiles {
  @Option(
      names = "--allow",
      paramLabel = "FILE",
      description =
          "Lets in nobody but the agents and networks that FILE lists, one a line: an id, an IP "
              + "address, a prefix such as 192.0.2.0/24; SIGHUP has it read again.")
  @Nullable Path allow;

  @Option(
      names = "--deny",
      paramLabel = "FILE",
      description = "Keeps out the agents and networks that FILE lists; it wins over --allow.")
  @Nullable Path deny;

  private final AccessRules rules = AccessRules.create();
  private String inForce = "";

  /** Has the node ask the files' rules, where there are files. */
  void applyTo(AgentNodeBuilder builder) {
    if (isGiven()) {
      try {
        inForce = read();
      } catch (IllegalArgumentException e) {
        throw CliException.usage(text(e));
      }
      builder.admission(rules);
    }
  }

  private boolean isGiven() {
    return allow != null || deny != null;
  }

  /** Reads both files, and takes both or neither; returns what is in force then. */
  private synchronized String read() {
    AccessList allowed = allow == null ? null : AccessList.read(allow);
    AccessList denied = deny == null ? AccessList.empty() : AccessList.read(deny);
    rules.set(allowed, denied);
    return (allowed == null ? "everybody" : entries(allowed))
        + " allowed, "
        + (deny == null ? "nobody" : entries(denied))
        + " denied";
  }

  private static String entries(AccessList list) {
    return list.size() + (list.size() == 1 ? " entry" : " entries");
  }

  /** Has the files read again on SIGHUP, and says what is in force. */
  void watch(Console console) {
    if (!isGiven()) {
      return;
    }
    boolean heard = Hangup.handle(() -> reload(console));
    console.note(
        "access: "
            + inForce
            + (heard
                ? "; SIGHUP has the files read again"
                : "; there is no SIGHUP here: restart to" + " have the files read again"));
  }

  private void reload(Console console) {
    try {
      console.note("access: " + read() + " from now on");
    } catch (IllegalArgumentException e) {
      console.complain("access: the rules stay as they were: " + text(e));
    }
  }

  private static String text(IllegalArgumentException e) {
    return FailureReport.printable(Objects.toString(e.getMessage(), "a file is wrong"));
  }
}

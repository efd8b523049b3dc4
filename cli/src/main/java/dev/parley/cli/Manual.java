package dev.parley.cli;

import dev.parley.cli.manual.CommandModel;
import dev.parley.cli.manual.ManPage;
import dev.parley.cli.options.Settings;
import dev.parley.cli.output.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Writes the man pages and completion scripts of a distribution. It is public for the build, which
 * runs it.
 */
public final class Manual {
  private Manual() {}

  /**
   * Writes {@code man/*.1} and {@code completion/parley.*} below a directory.
   *
   * @param args the directory
   */
  public static void main(String[] args) throws IOException {
    write(Path.of(args[0]));
  }

  static void write(Path directory) throws IOException {
    CommandLine root = model();
    Path man = Files.createDirectories(directory.resolve("man"));
    for (CommandSpec command : CommandModel.commands(root)) {
      write(man.resolve(ManPage.fileName(command)), ManPage.of(command));
    }
    Path completion = Files.createDirectories(directory.resolve("completion"));
    for (CompletionCommand.Shell shell : CompletionCommand.Shell.values()) {
      String name = "parley." + shell.name().toLowerCase(Locale.ROOT);
      write(completion.resolve(name), shell.script(root));
    }
  }

  /** All commands, as they are where nothing is configured. */
  static CommandLine model() {
    PrintStream none =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Console console = new Console(InputStream.nullInputStream(), none, none);
    return Commands.all(console, Settings.load(List.of(), Map.of()));
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}

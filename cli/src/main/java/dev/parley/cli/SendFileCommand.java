package dev.parley.cli;

import dev.parley.cli.options.IdentityOptions;
import dev.parley.cli.options.NetworkOptions;
import dev.parley.cli.options.PeerTarget;
import dev.parley.cli.options.Settings;
import dev.parley.cli.options.VersionText;
import dev.parley.cli.output.CliException;
import dev.parley.cli.output.Console;
import dev.parley.cli.output.ExitCode;
import dev.parley.cli.output.ProgressLine;
import dev.parley.file.FileSharing;
import dev.parley.file.SendFileOptions;
import dev.parley.file.TransferProgress;
import dev.parley.node.AgentNode;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.Exceptions;

/** {@code parley send-file}: sends a file of any size, and shows how far it is. */
@Command(
    name = "send-file",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    header = "Sends a file to a peer that takes files.",
    description =
        "The peer has to run with --receive-files DIR. After a lost link it goes on where "
            + "it was; so does the same command, run again. Progress is on standard error: a "
            + "bar in a terminal, otherwise a line every 10 percent.",
    footer = "  parley send-file z6Mk...@127.0.0.1:7400 movie.mkv")
final class SendFileCommand extends CliCommand {
  private static final int BAR_WIDTH = 30;
  private static final int STEP_PERCENT = 10;

  @Mixin IdentityOptions identity = new IdentityOptions();
  @Mixin NetworkOptions network = new NetworkOptions();

  @Parameters(
      index = "0",
      paramLabel = "ID[@HOST:PORT]",
      converter = PeerTarget.Converter.class,
      description = "The peer, and where it listens unless a --seed leads to it.")
  @Nullable PeerTarget peer;

  @Parameters(index = "1", paramLabel = "FILE", description = "The file.")
  @Nullable Path file;

  @Option(names = "--name", description = "Its name at the peer; default is its own.")
  @Nullable String name;

  @Option(
      names = "--chunk-bytes",
      paramLabel = "N",
      description = "Bytes in a message, 1024..1048576; default 65536.")
  int chunkBytes = SendFileOptions.DEFAULT_CHUNK_BYTES;

  private int shownPercent = -STEP_PERCENT;
  private @Nullable TransferProgress last;

  SendFileCommand(Console console, Settings settings) {
    super(console, settings);
  }

  @Override
  int run() {
    PeerTarget to = Objects.requireNonNull(peer);
    Path what = Objects.requireNonNull(file);
    SendFileOptions options = SendFileOptions.defaults().chunkBytes(chunkBytes);
    SendFileOptions named = name == null ? options : options.name(name);
    boolean bar = console.look().progress() && !output.isJson();
    try (AgentNode node =
            network
                .reachingBuilder(to, identity.loadOrGenerate())
                .with(network.files().build())
                .startNow();
        EndOnSignal end = new EndOnSignal(node)) {
      end.arm();
      FileSharing.of(node).send(to.id(), what, named).doOnNext(p -> show(p, bar)).blockLast();
    } catch (RuntimeException e) {
      Throwable cause = Exceptions.unwrap(e);
      if (cause instanceof NoSuchFileException) {
        throw CliException.usage("there is no file " + what);
      }
      if (cause instanceof AccessDeniedException) {
        throw CliException.usage("no permission to read " + what);
      }
      if (cause instanceof FileSystemException f && f.getReason() != null) {
        throw CliException.usage(what + ": " + f.getReason());
      }
      throw e;
    } finally {
      if (bar) {
        console.endProgress();
      }
    }
    return ExitCode.OK;
  }

  private void show(TransferProgress p, boolean bar) {
    if (output.isJson()) {
      json(p);
    } else if (bar) {
      console.progress(ProgressLine.bar(p, BAR_WIDTH));
    } else if (isWorthALine(p)) {
      shownPercent = ProgressLine.percent(p);
      console.progress(ProgressLine.text(p));
    }
    last = p;
  }

  private boolean isWorthALine(TransferProgress p) {
    TransferProgress before = last;
    return p.isDone()
        || ProgressLine.percent(p) >= shownPercent + STEP_PERCENT
        || (before != null && p.resumes() > before.resumes());
  }

  private void json(TransferProgress p) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("bytes", p.bytes());
    facts.put("total", p.total());
    facts.put("bytesPerSecond", Math.round(p.bytesPerSecond()));
    facts.put("resumes", p.resumes());
    facts.put("done", p.isDone());
    console.json(facts);
  }
}

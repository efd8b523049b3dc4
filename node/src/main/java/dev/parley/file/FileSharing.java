package dev.parley.file;

import dev.parley.node.AgentNode;
import dev.parley.spi.Host;
import dev.parley.spi.Protocol;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Sending and taking files as a protocol of a node's. An immutable value; each node that is started
 * with it gets {@link FileTransfers} of its own.
 *
 * <pre>{@code
 * AgentNode bob = AgentNode.builder()
 *     .identity(Identity.generate())
 *     .network("auction-house")
 *     .listen("0.0.0.0", 7400)
 *     .with(FileSharing.into(Path.of("inbox")))
 *     .startNow();
 * FileSharing.of(alice).send(bob.id(), Path.of("catalogue.pdf")).blockLast();
 * }</pre>
 */
public final class FileSharing implements Protocol {
  private static final FileSharing DEFAULTS = builder().build();

  private final @Nullable FileInbox inbox;
  private final Consumer<FileOptions.Builder> change;

  private FileSharing(@Nullable FileInbox inbox, Consumer<FileOptions.Builder> change) {
    this.inbox = inbox;
    this.change = change;
  }

  /** Sends files, and takes none. */
  public static FileSharing defaults() {
    return DEFAULTS;
  }

  /** Sends files, and takes those of other agents into an existing directory. */
  public static FileSharing into(Path directory) {
    return into(FileInbox.into(directory));
  }

  /** Sends files, and takes those of other agents. */
  public static FileSharing into(FileInbox inbox) {
    return builder().inbox(inbox).build();
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return new Builder(null, options -> {});
  }

  /** Starts from these settings. */
  public Builder toBuilder() {
    return new Builder(inbox, change);
  }

  /**
   * A node's transfers of files.
   *
   * @throws IllegalStateException if the node was started without
   */
  public static FileTransfers of(AgentNode node) {
    return node.protocol(FileTransfers.class)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "this node sends and takes no files; start it"
                        + " .with(FileSharing.defaults()) or .with(FileSharing.into(...))"));
  }

  @Override
  public String name() {
    return "files";
  }

  @Override
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    told(problems, this::options);
    if (inbox != null) {
      told(problems, inbox::requireWritable);
    }
    return problems;
  }

  private static void told(List<String> problems, Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      problems.add(Objects.requireNonNull(e.getMessage()));
    }
  }

  private FileOptions options() {
    FileOptions.Builder options = FileOptions.builder();
    change.accept(options);
    return options.build();
  }

  @Override
  public Mono<FileTransfers> start(Host host) {
    return Mono.fromSupplier(
        () -> {
          FileTransfers files =
              FileTransfers.builder(
                      host.agent(),
                      Schedulers.boundedElastic(),
                      host.timer(),
                      host.nanoClock(),
                      InstantSource.system(),
                      new SplittableRandom(new SecureRandom().nextLong()))
                  .options(options())
                  .build();
          if (inbox != null) {
            files.receive(inbox);
          }
          return files;
        });
  }

  /** Configures {@link FileSharing}. Not thread-safe. */
  public static final class Builder {
    private @Nullable FileInbox inbox;
    private Consumer<FileOptions.Builder> change;

    private Builder(@Nullable FileInbox inbox, Consumer<FileOptions.Builder> change) {
      this.inbox = inbox;
      this.change = change;
    }

    /** Where files of other agents go; none are taken unless set. */
    public Builder inbox(FileInbox value) {
      this.inbox = Objects.requireNonNull(value, "inbox");
      return this;
    }

    /** Changes limits and times. */
    public Builder options(Consumer<FileOptions.Builder> value) {
      this.change = change.andThen(value);
      return this;
    }

    /** The protocol; what is wrong with it, the node tells that is to start with it. */
    public FileSharing build() {
      return new FileSharing(inbox, change);
    }
  }
}

package dev.parley.file;

import dev.parley.Agent;
import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.StreamOptions;
import dev.parley.spi.Bound;
import dev.parley.spi.Protocol;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Sends and receives files over a {@link Agent}: what is larger than a message may be, in chunks
 * over a channel, with a checksum over the whole, and resumed after a lost link.
 *
 * <p>{@link FileSharing#of} gives those of a node. Thread-safe. Files are read and written on the
 * scheduler for I/O, of which a transfer takes up to two threads at either side.
 */
public final class FileTransfers implements Protocol.Running {
  private static final Logger log = LoggerFactory.getLogger(FileTransfers.class);

  private final Agent agent;
  private final Scheduler io;
  private final Scheduler timer;
  private final LongSupplier nanoClock;
  private final InstantSource clock;
  private final RandomGenerator random; // guarded by itself
  private final FileOptions options;
  private final Disk disk;
  private final AtomicInteger sending = new AtomicInteger();
  private volatile @Nullable FileReceiver receiver;
  private final Sinks.Empty<Void> onClose = Sinks.empty();
  private volatile boolean closed;

  private FileTransfers(Builder b, Disk disk) {
    this.agent = b.agent;
    this.io = b.io;
    this.timer = b.timer;
    this.nanoClock = b.nanoClock;
    this.clock = b.clock;
    this.random = b.random;
    this.options = b.options;
    this.disk = disk;
  }

  /**
   * Starts to configure the transfers of an agent.
   *
   * @param io where files are read and written: its threads may block
   * @param timer where timeouts and pauses between attempts end
   * @param nanoClock a monotonic clock in nanoseconds
   * @param clock the date, against which the age of unfinished files counts
   * @param random names transfers and spreads pauses; it must not block
   */
  public static Builder builder(
      Agent agent,
      Scheduler io,
      Scheduler timer,
      LongSupplier nanoClock,
      InstantSource clock,
      RandomGenerator random) {
    return new Builder(agent, io, timer, nanoClock, clock, random);
  }

  /** {@link #send(AgentId, Path, SendFileOptions)} with the defaults. */
  public Flux<TransferProgress> send(AgentId peer, Path file) {
    return send(peer, file, SendFileOptions.defaults());
  }

  /**
   * Sends a file of any size.
   *
   * <p>Cold: each subscription sends it. It emits how far the file has come, at least four times a
   * second while it moves; a subscriber that is slow misses what is out of date, and never slows
   * the file. It completes after an element that {@linkplain TransferProgress#isDone is done}: the
   * receiver has the whole file under its name, and its checksum is right. A lost link is dialled
   * again, and the file goes on from what the receiver holds, if that is the same bytes. Cancelling
   * stops it; the receiver keeps what it has for a while, and a later call goes on from there.
   *
   * <p>It fails with an {@link IOException} where the file cannot be read here or changes while it
   * is sent, and with a {@link MessagingException} otherwise: REJECTED for what the receiver
   * refuses (its text says why and what to do: the name, the size, a file of that name, no space,
   * no permission), OVERLOADED beyond a number of transfers at either side, REMOTE_FAILURE where
   * the receiver cannot store it or the checksum is wrong, NO_RECEIVER where it takes no files;
   * where the receiver was not reached in the first place or no longer is, with what a message
   * would fail with; SHUT_DOWN where this node is closed. Signals come on a thread for I/O.
   *
   * @throws IllegalArgumentException if {@code peer} is this agent itself, or the file's name
   *     cannot travel and the options give no other
   */
  public Flux<TransferProgress> send(AgentId peer, Path file, SendFileOptions options) {
    Objects.requireNonNull(peer, "peer");
    Objects.requireNonNull(options, "options");
    String name = nameOf(file, options);
    return Flux.defer(() -> admitted(peer, file, name, options)).onBackpressureLatest();
  }

  private static String nameOf(Path file, SendFileOptions options) {
    String chosen = options.name();
    if (chosen != null) {
      return chosen;
    }
    Path last = file.getFileName();
    String problem = FileOffer.problemWith(last == null ? "" : last.toString());
    if (last == null || problem != null) {
      throw new IllegalArgumentException(problem + "; give another with name()");
    }
    return last.toString();
  }

  private Flux<TransferProgress> admitted(
      AgentId peer, Path path, String name, SendFileOptions options) {
    if (closed) {
      return Flux.error(shutDown(peer));
    }
    int max = this.options.maxFilesSending();
    if (sending.incrementAndGet() > max) {
      sending.decrementAndGet();
      return Flux.error(
          failure(
              FailureCode.OVERLOADED,
              peer,
              max + " files are being sent already (maxFilesSending)"));
    }
    OpenOnce open = new OpenOnce(path);
    return Mono.fromCallable(open::open)
        .subscribeOn(io)
        .flatMapMany(file -> new Sending(this, peer, name, options, file, newId()).run())
        .doFinally(s -> closeLater(open));
  }

  private void closeLater(OpenOnce open) {
    sending.decrementAndGet();
    try {
      io.schedule(open::close);
    } catch (RejectedExecutionException e) {
      open.close(); // the I/O threads are gone or swamped, and a file must not stay open
    }
  }

  private String newId() {
    byte[] id = new byte[16];
    synchronized (random) {
      random.nextBytes(id);
    }
    return FileWire.hex(id);
  }

  /**
   * Takes files of other agents from now on, replacing an earlier inbox, whose transfers go on.
   *
   * <p>At the sender, what is not taken is a clear failure, see {@link #send}. Under its name there
   * is nothing, the former file, or all of the new one.
   *
   * @throws IllegalArgumentException if files cannot be written to the inbox's directory
   */
  public void receive(FileInbox inbox) {
    FileReceiver created =
        new FileReceiver(
            inbox.requireWritable(), options.inbox(), disk, io, timer, nanoClock, clock);
    receiver = created;
    agent.receiveChannels(FileWire.ROUTE, created);
  }

  /** How many files are being sent. */
  public int sending() {
    return sending.get();
  }

  @Override
  public List<Bound> bounds() {
    return List.of(
        new Bound("maxFilesSending", sending(), options.maxFilesSending()),
        new Bound("maxTransfers", receiving(), options.inbox().maxTransfers()));
  }

  /** How many files are being received. */
  public int receiving() {
    FileReceiver present = receiver;
    return present == null ? 0 : present.active();
  }

  /** Sends nothing more, and makes no further attempts; what runs ends with the agent. */
  @Override
  public void closing() {
    closed = true;
    onClose.tryEmitEmpty();
  }

  /** A pause before the next attempt at a peer, which ends early where there is to be none. */
  Mono<Long> pause(AgentId peer, Duration length) {
    return Mono.firstWithSignal(
        Mono.delay(length, timer), onClose.asMono().then(Mono.error(() -> shutDown(peer))));
  }

  private static MessagingException shutDown(AgentId peer) {
    return MessagingException.builder(FailureCode.SHUT_DOWN, Phase.RESOLVE)
        .peer(peer)
        .detail("this node is closed; start another one")
        .permanent()
        .build();
  }

  boolean isClosed() {
    return closed;
  }

  Flux<Message> channel(AgentId peer, Message opening, Publisher<Message> items) {
    return agent.channel(peer, opening, items, StreamOptions.to(FileWire.ROUTE));
  }

  MessagingException failure(FailureCode code, AgentId peer, String detail) {
    boolean here = code == FailureCode.OVERLOADED;
    return MessagingException.builder(code, here ? Phase.RESOLVE : Phase.AWAIT)
        .executed(here ? dev.parley.Executed.NO : dev.parley.Executed.YES)
        .peer(peer)
        .detail(detail)
        .build();
  }

  Scheduler io() {
    return io;
  }

  long nanos() {
    return nanoClock.getAsLong();
  }

  /** From 0 to 1. */
  double jitter() {
    synchronized (random) {
      return random.nextDouble();
    }
  }

  /** A file that may be closed before it was opened, and stays closed then. */
  private static final class OpenOnce {
    private final Path path;
    private final AtomicBoolean over = new AtomicBoolean();
    private @Nullable OutgoingFile file; // guarded by this

    OpenOnce(Path path) {
      this.path = path;
    }

    synchronized OutgoingFile open() throws IOException {
      OutgoingFile opened = OutgoingFile.open(path);
      file = opened;
      if (over.get()) {
        close();
      }
      return opened;
    }

    synchronized void close() {
      over.set(true);
      OutgoingFile open = file;
      if (open != null) {
        try {
          open.close();
        } catch (IOException e) {
          log.debug("a file that was sent could not be closed", e);
        }
      }
    }
  }

  /** Configures {@link FileTransfers}. Not thread-safe. */
  public static final class Builder {
    private final Agent agent;
    private final Scheduler io;
    private final Scheduler timer;
    private final LongSupplier nanoClock;
    private final InstantSource clock;
    private final RandomGenerator random;
    private FileOptions options = FileOptions.defaults();

    private Builder(
        Agent agent,
        Scheduler io,
        Scheduler timer,
        LongSupplier nanoClock,
        InstantSource clock,
        RandomGenerator random) {
      this.agent = Objects.requireNonNull(agent, "agent");
      this.io = Objects.requireNonNull(io, "io");
      this.timer = Objects.requireNonNull(timer, "timer");
      this.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock");
      this.clock = Objects.requireNonNull(clock, "clock");
      this.random = Objects.requireNonNull(random, "random");
    }

    /** Limits and times; the defaults unless set. */
    public Builder options(FileOptions value) {
      this.options = Objects.requireNonNull(value, "options");
      return this;
    }

    /** The transfers. */
    public FileTransfers build() {
      return build(Disk.REAL);
    }

    FileTransfers build(Disk disk) {
      return new FileTransfers(this, disk);
    }
  }
}

package dev.parley.file;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.Handler;
import dev.parley.HandlerFailure;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.shares.Origin;
import dev.parley.shares.Share;
import dev.parley.shares.Shares;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The handler of the channels by which files come: admits them, and remembers what was there. */
final class FileReceiver implements Handler.Channels {
  /** How many finished transfers are remembered, for senders that did not hear of the end. */
  private static final int MAX_COMPLETED = 1024;

  private final FileInbox inbox;
  private final FileOptions.Inbox limits;
  private final Disk disk;
  private final PartFiles parts;
  private final Scheduler io;
  private final Scheduler timer;
  private final LongSupplier nanoClock;
  private final Shares places;
  private final Object space = new Object(); // guards what is promised of the disk
  private final Map<Path, Receiving> active = new HashMap<>(); // guarded by this, like the next
  private final Map<Path, IncomingFile.Held> held;
  private final Map<Completed, String> completed = bounded(MAX_COMPLETED);

  FileReceiver(
      FileInbox inbox,
      FileOptions.Inbox limits,
      Disk disk,
      Scheduler io,
      Scheduler timer,
      LongSupplier nanoClock,
      InstantSource clock) {
    this.inbox = inbox;
    this.limits = limits;
    this.disk = disk;
    this.parts = new PartFiles(inbox.directory(), limits, clock);
    this.io = io;
    this.timer = timer;
    this.nanoClock = nanoClock;
    this.held = bounded(limits.maxParts());
    this.places = new Shares(limits.maxTransfers());
  }

  private static <K, V> Map<K, V> bounded(int max) {
    return new LinkedHashMap<>() {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > max;
      }
    };
  }

  @Override
  public Flux<Message> receive(Inbound opening, Flux<Message> items) {
    FileOffer offer = FileWire.offer(opening);
    String transfer = FileWire.transfer(opening);
    if (offer.size() > limits.maxBytes()) {
      throw HandlerFailure.rejected(
          "the file has " + offer.size() + " bytes; the receiver takes " + limits.maxBytes());
    }
    Origin origin = Origin.of(opening.path().remoteIp(), offer.from());
    return Flux.defer(() -> admit(offer, origin, transfer, items));
  }

  private Flux<Message> admit(
      FileOffer offer, Origin origin, String transfer, Flux<Message> items) {
    Receiving receiving;
    Receiving before;
    synchronized (this) {
      String sha256 = completed.get(new Completed(offer, transfer));
      if (sha256 != null) {
        return told(offer, sha256, items);
      }
      Path part = PartFiles.partOf(inbox.directory(), offer);
      receiving = new Receiving(this, offer, transfer, part, place(origin, active.get(part)));
      before = active.put(part, receiving);
    }
    // The link by which the earlier attempt came may be dead, and its end not be known here yet.
    return receiving.answers(items, before == null ? Mono.empty() : before.supersede());
  }

  /** A place, which an earlier attempt at the same file leaves to it. */
  private Share place(Origin origin, @Nullable Receiving before) {
    Share place = places.open(origin);
    if (before == null ? place.take() : place.takeOver(before.place()) || place.take()) {
      return place;
    }
    place.close();
    throw HandlerFailure.of(
        FailureCode.OVERLOADED, "the receiver takes no more files at a time", null);
  }

  /**
   * Promises what {@code receiving} lacks of its file; false where the disk, without what others
   * were promised, has less. Blocks.
   */
  boolean promise(Receiving receiving) throws IOException {
    synchronized (space) {
      long lacking = receiving.missing() - unpromised(receiving);
      if (lacking > 0) {
        parts.makeRoom(inUse(), lacking);
      }
      return receiving.promiseUpTo(unpromised(receiving));
    }
  }

  private long unpromised(Receiving receiving) throws IOException {
    long free = disk.freeBytes(inbox.directory());
    synchronized (this) {
      for (Receiving other : active.values()) {
        free -= other == receiving ? 0 : other.promised();
      }
    }
    return free;
  }

  private synchronized Set<Path> inUse() {
    return Set.copyOf(active.keySet());
  }

  /** Says once more that the file is there: the sender did not hear it. */
  private static Flux<Message> told(FileOffer offer, String sha256, Flux<Message> items) {
    String size = Long.toString(offer.size());
    Message all = FileWire.note(Map.of(FileWire.HELD, size, FileWire.SHA256, sha256));
    Message done = FileWire.note(Map.of(FileWire.RECEIVED, size, FileWire.SHA256, sha256));
    return Flux.concat(
        Mono.just(all),
        items
            .filter(item -> FileWire.isNote(item) && sha256.equals(FileWire.digest(item)))
            .take(1)
            .map(end -> done));
  }

  synchronized void completed(FileOffer offer, String transfer, String sha256) {
    completed.put(new Completed(offer, transfer), sha256);
  }

  synchronized IncomingFile.@Nullable Held held(Path part) {
    return held.remove(part);
  }

  synchronized void keep(Path part, IncomingFile.@Nullable Held digest) {
    if (digest != null) {
      held.put(part, digest);
    }
  }

  synchronized void ended(Receiving receiving) {
    active.remove(receiving.part(), receiving);
    receiving.place().give(receiving.place().used());
    receiving.place().close();
  }

  /** How many files are being received. */
  synchronized int active() {
    return active.size();
  }

  void cleanParts() throws IOException {
    parts.clean(inUse());
  }

  FileInbox inbox() {
    return inbox;
  }

  FileOptions.Inbox limits() {
    return limits;
  }

  Disk disk() {
    return disk;
  }

  Scheduler io() {
    return io;
  }

  Scheduler timer() {
    return timer;
  }

  long nanos() {
    return nanoClock.getAsLong();
  }

  /** One call of {@code send} at a peer. */
  private record Completed(AgentId from, String name, long size, String transfer) {
    Completed(FileOffer offer, String transfer) {
      this(offer.from(), offer.name(), offer.size(), transfer);
    }
  }
}

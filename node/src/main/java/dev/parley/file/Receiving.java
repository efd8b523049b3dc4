package dev.parley.file;

import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Message;
import dev.parley.links.DroppedErrors;
import dev.parley.shares.Share;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.SynchronousSink;

/** One attempt of a peer to send one file. What blocks happens on the I/O scheduler. */
final class Receiving {
  private static final Logger log = LoggerFactory.getLogger(Receiving.class);

  /** How many chunks are asked for ahead of what is written. */
  private static final int CHUNKS_AHEAD = 32;

  private static final String NO_SPACE =
      "the receiver's disk is full; send the file again when there is space";
  private static final String NO_ACCESS =
      "the receiver cannot write to its inbox; its operator has to mend that";

  private static final long TELL_EVERY_BYTES = 256 * 1024;
  private static final long TELL_EVERY_NANOS = 250_000_000;

  private final FileReceiver receiver;
  private final FileOffer offer;
  private final String transfer;
  private final Path part;
  private final Path target;
  private final Share place;
  private final IncomingFile file;
  private final Sinks.Empty<Message> superseded = Sinks.empty();
  private final Sinks.Empty<Void> ended = Sinks.empty();
  private boolean begun; // one item after the other, like the next
  private boolean done;
  private volatile long promised; // bytes that are to come, once there is room for them
  private long toldBytes;
  private long toldNanos;

  Receiving(FileReceiver receiver, FileOffer offer, String transfer, Path part, Share place) {
    this.receiver = receiver;
    this.offer = offer;
    this.transfer = transfer;
    this.part = part;
    this.place = place;
    this.target = target(receiver, offer);
    this.file = new IncomingFile(receiver.disk(), part, target, offer.size());
  }

  private static Path target(FileReceiver receiver, FileOffer offer) {
    try {
      return receiver.disk().named(receiver.inbox().directory(), offer.name());
    } catch (InvalidPathException e) {
      throw HandlerFailure.of(
          FailureCode.REJECTED,
          "the receiver's system has no such characters in names; send the file under another name,"
              + " in ASCII",
          e);
    }
  }

  Path part() {
    return part;
  }

  /** Its place among the transfers. */
  Share place() {
    return place;
  }

  /** How many bytes of the disk it was promised, and has not written. */
  long promised() {
    return promised;
  }

  /** Takes a promise of all it lacks where that is at most {@code free}. */
  boolean promiseUpTo(long free) {
    long missing = missing();
    if (missing > free) {
      return false;
    }
    promised = missing;
    return true;
  }

  /** How many bytes of the file have not come. */
  long missing() {
    return offer.size() - file.length();
  }

  /** Ends it, for another attempt at the same file takes over; completes when the file is free. */
  Mono<Void> supersede() {
    superseded.tryEmitError(HandlerFailure.failed("another transfer of this file took over"));
    return ended.asMono();
  }

  /** Answers the items; {@code before} completes when the file is free. */
  Flux<Message> answers(Flux<Message> items, Mono<Void> before) {
    return before
        .then(Mono.fromCallable(this::open).subscribeOn(receiver.io()))
        .flatMapMany(held -> Flux.concat(Mono.just(held), written(items)))
        .doFinally(s -> closeLater())
        .contextWrite(DroppedErrors::addTo); // a peer may cancel what is just being refused
  }

  private Flux<Message> written(Flux<Message> items) {
    // No error waits for what came before it: where a link is dead, nobody asks for the answers.
    return items
        .takeUntilOther(superseded.asMono())
        .timeout(receiver.limits().idleTimeout(), receiver.timer())
        .onErrorMap(TimeoutException.class, e -> HandlerFailure.failed("nothing came for too long"))
        .publishOn(receiver.io(), false, CHUNKS_AHEAD)
        .<Message>handle(this::take)
        .concatWith(
            Mono.defer(() -> done ? Mono.empty() : Mono.error(HandlerFailure.failed("no end"))));
  }

  private Message open() throws IOException {
    FileInbox inbox = receiver.inbox();
    if (!inbox.accept().test(offer)) {
      throw HandlerFailure.rejected("the receiver does not take this file");
    }
    requireFree();
    openPart();
    try {
      if (!receiver.promise(this)) {
        long missing = missing();
        file.discard();
        throw HandlerFailure.rejected("the receiver has no space for " + missing + " bytes");
      }
    } catch (IOException e) {
      throw storeFailed(e);
    }
    toldNanos = receiver.nanos();
    return FileWire.note(
        Map.of(FileWire.HELD, Long.toString(file.length()), FileWire.SHA256, file.sha256()));
  }

  /** Refuses before a byte is taken what could not have its name at the end. */
  private void requireFree() {
    try {
      if (receiver.disk().attributes(target).isDirectory()) {
        throw HandlerFailure.rejected(
            "the receiver has a directory of this name; send the file under another name");
      }
      if (!receiver.limits().overwrite()) {
        throw HandlerFailure.rejected("a file of this name exists; send it under another name");
      }
    } catch (NoSuchFileException e) {
      // free
    } catch (AccessDeniedException e) {
      throw refused(NO_ACCESS, e);
    } catch (IOException e) {
      throw refused(
          "the receiver's file system does not take this name; send the file under a shorter one",
          e);
    }
  }

  private void openPart() {
    try {
      receiver.cleanParts();
      file.open(receiver.held(part));
    } catch (FileSystemException | FileNotFoundException e) {
      throw refused(hasNoSpace() ? NO_SPACE : NO_ACCESS, e);
    } catch (IOException e) {
      throw storeFailed(e);
    }
  }

  private boolean hasNoSpace() {
    try {
      return receiver.disk().freeBytes(receiver.inbox().directory()) < offer.size();
    } catch (IOException e) {
      return false;
    }
  }

  /** A refusal whose cause stays here: it names paths of this machine. */
  private static HandlerFailure refused(String text, IOException cause) {
    log.debug("a file is refused: {}", text, cause);
    return HandlerFailure.of(FailureCode.REJECTED, text, cause);
  }

  private void take(Message item, SynchronousSink<Message> answers) {
    try {
      if (!begun) {
        begin(item);
      } else if (FileWire.isNote(item)) {
        finish(item);
        answers.next(received(file.sha256()));
        answers.complete();
      } else {
        write(item);
        tellNowAndThen(answers);
      }
    } catch (IOException e) {
      answers.error(storeFailed(e));
    } catch (HandlerFailure e) {
      answers.error(e);
    }
  }

  private void begin(Message first) throws IOException {
    long from = FileWire.isNote(first) ? FileWire.number(first, FileWire.FROM) : -1;
    if (from != 0 && from != file.length()) {
      throw HandlerFailure.failed("the first item must say from where the file is sent");
    }
    if (from == 0 && file.length() > 0) {
      file.restart();
      promised = offer.size();
    }
    begun = true;
    toldBytes = from;
  }

  private void write(Message chunk) throws IOException {
    if (chunk.size() > offer.size() - file.length()) {
      file.discard();
      throw HandlerFailure.failed("more bytes came than were offered; nothing was stored");
    }
    file.write(Message.Unsafe.array(chunk));
    promised = missing();
  }

  private void tellNowAndThen(SynchronousSink<Message> answers) {
    long length = file.length();
    long now = receiver.nanos();
    if (length - toldBytes >= TELL_EVERY_BYTES || now - toldNanos >= TELL_EVERY_NANOS) {
      toldBytes = length;
      toldNanos = now;
      answers.next(FileWire.note(Map.of(FileWire.RECEIVED, Long.toString(length))));
    }
  }

  private void finish(Message end) throws IOException {
    String sha256 = FileWire.digest(end);
    if (file.length() != offer.size()) {
      throw HandlerFailure.failed("the end came after " + file.length() + " bytes");
    }
    if (sha256 == null || !file.sha256().equals(sha256)) {
      file.discard();
      throw HandlerFailure.failed("the checksum is wrong; nothing was stored");
    }
    try {
      file.publish(receiver.limits().overwrite());
    } catch (FileAlreadyExistsException e) {
      file.discard();
      throw HandlerFailure.failed("a file of this name has come in the meantime");
    }
    done = true;
    receiver.completed(offer, transfer, sha256);
    tell(sha256);
  }

  private void tell(String sha256) {
    try {
      receiver
          .inbox()
          .onReceived()
          .accept(new ReceivedFile(offer.from(), target, offer.size(), sha256));
    } catch (RuntimeException | LinkageError | AssertionError e) {
      // Reactor takes a LinkageError for the end of the thread, and the sender would wait.
      log.debug("the consumer of received files failed", e);
    }
  }

  private Message received(String sha256) {
    return FileWire.note(
        Map.of(FileWire.RECEIVED, Long.toString(offer.size()), FileWire.SHA256, sha256));
  }

  /** What the sender hears when the disk does not take the file, which goes then. */
  private HandlerFailure storeFailed(IOException e) {
    try {
      long missing = offer.size() - file.length();
      file.discard();
      if (missing > receiver.disk().freeBytes(receiver.inbox().directory())) {
        return refused(NO_SPACE, e); // nothing of it is left
      }
    } catch (IOException more) {
      e.addSuppressed(more);
    }
    log.debug("a received file could not be stored", e);
    return HandlerFailure.of(
        FailureCode.REMOTE_FAILURE, "the receiver could not store the file", e);
  }

  private void closeLater() {
    try {
      receiver.io().schedule(this::close);
    } catch (RejectedExecutionException e) {
      close(); // the I/O threads are gone or swamped, and a file must not stay open
    }
  }

  private void close() {
    promised = 0;
    try {
      receiver.keep(part, file.close());
    } catch (IOException e) {
      log.debug("a part could not be closed", e);
    } finally {
      receiver.ended(this);
      ended.tryEmitEmpty();
    }
  }
}

package dev.parley.file;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.Message;
import dev.parley.MessagingException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.util.retry.Retry;

/** One file on its way to one peer, over as many attempts as it takes. */
final class Sending {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final FileTransfers transfers;
  private final AgentId peer;
  private final String name;
  private final SendFileOptions options;
  private final OutgoingFile file;
  private final String transfer;
  private final RateMeter rate;
  private volatile boolean accepted; // one attempt after the other, like the rest
  private volatile long acknowledged;
  private volatile int resumes;
  private volatile int failuresInARow;
  private volatile long progressNanos;

  Sending(
      FileTransfers transfers,
      AgentId peer,
      String name,
      SendFileOptions options,
      OutgoingFile file,
      String transfer) {
    this.transfers = transfers;
    this.peer = peer;
    this.name = name;
    this.options = options;
    this.file = file;
    this.transfer = transfer;
    this.rate = new RateMeter(transfers::nanos);
    this.progressNanos = transfers.nanos();
  }

  Flux<TransferProgress> run() {
    return Flux.defer(() -> new SendAttempt(this).run())
        .retryWhen(Retry.from(signals -> signals.concatMap(s -> pause(s.failure()))));
  }

  private Mono<Long> pause(Throwable failure) {
    if (!(failure instanceof MessagingException e) || !mayPass(e)) {
      return Mono.error(failure);
    }
    int failures = failuresInARow + 1;
    failuresInARow = failures;
    long quiet = transfers.nanos() - progressNanos;
    if (failures > options.maxRetries() || quiet >= options.giveUpAfter().toNanos()) {
      return Mono.error(failure);
    }
    if (accepted) {
      int before = resumes;
      resumes = before + 1;
    }
    long doubled = FIRST_PAUSE.toNanos() << Math.min(failures - 1, 20);
    long nanos = Math.min(doubled, LONGEST_PAUSE.toNanos());
    // Between half and all of it, so that senders which lost the same peer do not come back as one.
    return transfers.pause(peer, Duration.ofNanos((long) (nanos * (0.5 + transfers.jitter() / 2))));
  }

  /** A peer that was never reached fails at once, as a message to it would. */
  private boolean mayPass(MessagingException e) {
    return !transfers.isClosed()
        && (e.code() == FailureCode.CONNECTION_LOST || (accepted && e.code().isTransient()));
  }

  Message opening() {
    return FileWire.note(
        Map.of(
            FileWire.NAME, name,
            FileWire.SIZE, Long.toString(file.size()),
            FileWire.TRANSFER, transfer));
  }

  Flux<Message> channel(Publisher<Message> items) {
    return transfers.channel(peer, opening(), items).publishOn(transfers.io());
  }

  OutgoingFile file() {
    return file;
  }

  /** The receiver answered the offer, and the file is sent from here. */
  TransferProgress began(long from) {
    accepted = true;
    rate.restart(from);
    return acknowledge(from, false);
  }

  TransferProgress acknowledge(long bytes, boolean done) {
    if (bytes > acknowledged || done) {
      failuresInARow = 0;
      progressNanos = transfers.nanos();
    }
    acknowledged = bytes;
    file.acknowledged(bytes);
    rate.mark(bytes);
    return new TransferProgress(bytes, file.size(), rate.bytesPerSecond(), resumes, done);
  }

  MessagingException protocolError(String detail) {
    return transfers.failure(FailureCode.REMOTE_FAILURE, peer, detail);
  }

  /** What follows the opening: from where, the chunks, the end with the checksum. */
  Flux<Message> items(long from, Sha256 digest) {
    BiFunction<Cursor, SynchronousSink<Message>, Cursor> next =
        (cursor, sink) -> {
          try {
            cursor.emit(sink);
          } catch (IOException e) {
            if (file.isClosed()) {
              sink.complete(); // nobody listens any more
            } else {
              sink.error(e);
            }
          }
          return cursor;
        };
    return Flux.<Message, Cursor>generate(() -> new Cursor(from, digest), next)
        .subscribeOn(transfers.io());
  }

  /** Where an attempt is in the file. */
  private final class Cursor {
    private final Sha256 digest;
    private final long from;
    private long position;
    private boolean begun;

    Cursor(long from, Sha256 digest) {
      this.from = from;
      this.position = from;
      this.digest = digest;
    }

    void emit(SynchronousSink<Message> sink) throws IOException {
      if (!begun) {
        begun = true;
        sink.next(FileWire.note(Map.of(FileWire.FROM, Long.toString(from))));
      } else if (position < file.size()) {
        sink.next(chunk());
      } else {
        file.requireUnchanged();
        sink.next(FileWire.note(Map.of(FileWire.SHA256, digest.hex())));
        sink.complete();
      }
    }

    private Message chunk() throws IOException {
      int length = (int) Math.min(options.chunkBytes(), file.size() - position);
      byte[] bytes = new byte[length];
      int n = file.read(bytes, position);
      digest.update(bytes, n);
      file.passed(position, position + n, digest);
      position += n;
      return Message.Unsafe.wrap(bytes, Message.OCTETS, Map.of());
    }
  }
}

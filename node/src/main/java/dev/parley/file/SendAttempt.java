package dev.parley.file;

import dev.parley.Message;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.SynchronousSink;

/** One channel by which a file is sent, or a part of it. */
final class SendAttempt {
  private final Sending sending;
  private final Sinks.One<Flux<Message>> start = Sinks.one();
  private boolean begun; // one answer after the other, like the next
  private boolean done;

  SendAttempt(Sending sending) {
    this.sending = sending;
  }

  Flux<TransferProgress> run() {
    return sending
        .channel(start.asMono().flatMapMany(items -> items))
        .<TransferProgress>handle(this::answered)
        .concatWith(
            Mono.defer(
                () ->
                    done
                        ? Mono.empty()
                        : Mono.error(sending.protocolError("the receiver ended too early"))));
  }

  private void answered(Message answer, SynchronousSink<TransferProgress> progress) {
    try {
      if (!begun) {
        begun = true;
        begin(answer, progress);
      } else {
        goOn(answer, progress);
      }
    } catch (IOException e) {
      progress.error(e);
    }
  }

  private void begin(Message answer, SynchronousSink<TransferProgress> progress)
      throws IOException {
    long held = FileWire.number(answer, FileWire.HELD);
    String sha256 = FileWire.digest(answer);
    if (held < 0 || held > sending.file().size() || sha256 == null) {
      progress.error(sending.protocolError("the receiver's answer to the offer is malformed"));
      return;
    }
    Sha256 digest = sending.file().digestOf(held);
    if (!digest.hex().equals(sha256)) {
      // Of another file of this name and size, or this one has changed since: from the start.
      sending.file().requireUnchanged();
      held = 0;
      digest = Sha256.create();
    }
    progress.next(sending.began(held));
    start.tryEmitValue(sending.items(held, digest));
  }

  private void goOn(Message answer, SynchronousSink<TransferProgress> progress) {
    long received = FileWire.number(answer, FileWire.RECEIVED);
    @Nullable String sha256 = FileWire.digest(answer);
    if (received < 0 || received > sending.file().size()) {
      progress.error(sending.protocolError("the receiver's answer is malformed"));
      return;
    }
    done = sha256 != null;
    progress.next(sending.acknowledge(received, done));
    if (done) {
      progress.complete();
    }
  }
}

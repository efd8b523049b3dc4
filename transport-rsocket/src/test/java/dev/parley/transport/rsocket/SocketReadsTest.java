package dev.parley.transport.rsocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Message;
import dev.parley.spi.Link;
import dev.parley.transport.rsocket.TransportFixture.Started;
import dev.parley.transport.rsocket.link.RSocketLink;
import dev.parley.transport.rsocket.link.SocketReads;
import io.netty.channel.Channel;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class SocketReadsTest {
  private static final int HANDSHAKE_BYTES = 2048;

  private final EmbeddedChannel channel = new EmbeddedChannel();

  @AfterEach
  void finish() {
    channel.finishAndReleaseAll();
  }

  private RecvByteBufAllocator.Handle strangersHandle() {
    SocketReads.small(channel);
    return channel.unsafe().recvBufAllocHandle();
  }

  private static void read(RecvByteBufAllocator.Handle handle, int attempted, int bytes) {
    handle.attemptedBytesRead(attempted);
    handle.lastBytesRead(bytes);
    handle.incMessagesRead(1);
  }

  /** Netty asks for the handle once, so it is the handle that has to change. */
  @Test
  void theHandleThatNettyKeepsReadsMoreOnceAllowed() {
    RecvByteBufAllocator.Handle handle = strangersHandle();
    handle.reset(channel.config());
    assertThat(handle.guess()).isEqualTo(HANDSHAKE_BYTES);

    SocketReads.bulk(channel);

    assertThat(handle.guess()).as("the read that is under way").isEqualTo(HANDSHAKE_BYTES);
    handle.reset(channel.config());
    assertThat(handle.guess()).isEqualTo(16 * 1024);
    for (int i = 0; i < 10; i++) {
      read(handle, handle.guess(), handle.guess());
      handle.readComplete();
      handle.reset(channel.config());
    }
    assertThat(handle.guess()).isEqualTo(64 * 1024);

    for (int i = 0; i < 20; i++) {
      read(handle, handle.guess(), 600);
      handle.readComplete();
      handle.reset(channel.config());
    }
    assertThat(handle.guess()).isEqualTo(1024);
  }

  @Test
  void readsOnWhileABufferWasFilledAndNotForEver() {
    RecvByteBufAllocator.Handle handle = strangersHandle();
    handle.reset(channel.config());
    int reads = 0;
    do {
      read(handle, HANDSHAKE_BYTES, HANDSHAKE_BYTES);
      reads++;
    } while (handle.continueReading());
    assertThat(reads).isEqualTo(16);
    assertThat(handle.guess()).as("a stranger's").isEqualTo(HANDSHAKE_BYTES);

    handle.reset(channel.config());
    read(handle, HANDSHAKE_BYTES, HANDSHAKE_BYTES - 1);
    assertThat(handle.continueReading()).isFalse();

    channel.config().setAutoRead(false);
    handle.reset(channel.config());
    read(handle, HANDSHAKE_BYTES, HANDSHAKE_BYTES);
    assertThat(handle.continueReading()).as("stopped").isFalse();
  }

  @Test
  void aLinkReadsMoreThanAStrangerMaySend() throws Exception {
    try (TransportFixture fixture = new TransportFixture()) {
      Started bob = fixture.listening(in -> Mono.just(in.message()));
      Started alice = fixture.dialling(o -> {});
      Link link = alice.connect(bob).block(TransportFixture.LIMIT);
      assertThat(link).isNotNull();
      Message message = Message.of(new byte[1 << 20]);

      Message answer =
          link.requestResponse(TransportFixture.request(message)).block(TransportFixture.LIMIT);

      assertThat(answer).isNotNull().extracting(Message::size).isEqualTo(1 << 20);
      assertThat(nextRead(link)).isGreaterThan(HANDSHAKE_BYTES);
      assertThat(nextRead(bob.transport().links().iterator().next()))
          .isGreaterThan(HANDSHAKE_BYTES);
    }
  }

  private static int nextRead(Link link) throws Exception {
    Channel socket = ((RSocketLink) link).channel().socket();
    return socket
        .eventLoop()
        .submit(() -> socket.unsafe().recvBufAllocHandle().guess())
        .get(TransportFixture.LIMIT.toSeconds(), TimeUnit.SECONDS);
  }
}

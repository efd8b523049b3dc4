package dev.parley.transport.rsocket.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Message;
import dev.parley.shares.Origin;
import dev.parley.shares.Share;
import dev.parley.shares.Shares;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OutboundBytesTest {
  private static final int MIB = 1 << 20;

  private final AtomicLong pending = new AtomicLong();
  private final Shares node = new Shares(17 * MIB);
  private final OutboundBytes link = link(16 * MIB);

  static OutboundBytes limited(long maxBytes) {
    return new OutboundBytes(() -> 0, share(new Shares(64 * maxBytes)), maxBytes, maxBytes / 2);
  }

  private OutboundBytes link(long maxBytes) {
    return new OutboundBytes(pending::get, share(node), maxBytes, maxBytes / 2);
  }

  private static Share share(Shares shares) {
    return shares.open(Origin.of(null, new Object()));
  }

  @Test
  void holdsItsMaximumAndOneMessageMore() {
    for (int i = 0; i < 4; i++) {
      assertThat(link.tryHold(4 * MIB - 1)).isTrue();
    }
    assertThat(link.tryHold(MIB)).isFalse(); // 4 bytes are left
    assertThat(link.total()).isEqualTo(4 * (4 * MIB - 1));

    OutboundBytes small = limited(MIB);
    assertThat(small.tryHold(4 * MIB)).isTrue();
    assertThat(small.tryHold(1)).isFalse();
  }

  @Test
  void whatIsReservedAndPendingCountsToo() {
    pending.set(15 * MIB);
    assertThat(link.tryEnter(2 * MIB, 32 * MIB)).isFalse(); // more than the share of the node

    assertThat(link.tryEnter(MIB / 2, 32 * MIB)).isTrue();
    assertThat(link.total()).isEqualTo(15 * MIB + MIB / 2);
    link.leave(MIB / 2);
    assertThat(link.total()).isEqualTo(15 * MIB);
    assertThat(link.isPressed()).isTrue();
  }

  @Test
  void littleTakesNothingFromTheNode() {
    pending.set(40 * 1024);
    assertThat(link.tryEnter(20 * 1024, MIB)).isTrue();
    assertThat(node.taken()).isZero();

    assertThat(link.tryEnter(20 * 1024, MIB)).isTrue();
    assertThat(node.taken()).isPositive();
  }

  @Test
  void givesBackWhatIsNotNeeded() {
    assertThat(link.tryHold(4 * MIB)).isTrue();
    assertThat(node.taken()).isBetween(4L * MIB - OutboundBytes.FREE_BYTES, 4L * MIB);

    link.unhold(4 * MIB);
    link.settle();

    assertThat(node.taken()).isZero();
  }

  @Test
  void aLinkThatIsGoneHoldsNothingOfTheNode() {
    assertThat(link.tryHold(4 * MIB)).isTrue();

    link.close();
    assertThat(node.taken()).isZero();

    assertThat(link.tryHold(4 * MIB)).isTrue(); // and is told that the link is gone
    assertThat(node.taken()).isZero();
  }

  @Test
  void manyGreedyLinksLeaveRoomForAnother() {
    List<OutboundBytes> greedy = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      OutboundBytes one = link(16 * MIB);
      greedy.add(one);
      while (one.tryHold(MIB / 4)) {
        // until it gets no more
      }
    }
    assertThat(node.taken()).isLessThan(17 * MIB);

    assertThat(link.tryHold(MIB / 16)).isTrue();
    assertThat(greedy.stream().mapToLong(OutboundBytes::total).sum()).isLessThan(23 * MIB);
  }

  @Test
  void headersOfAMessageCount() {
    Message plain = Message.of(new byte[1000]);

    assertThat(OutboundBytes.of(plain)).isGreaterThan(1000);
    assertThat(OutboundBytes.of(plain.withHeader("name", "x".repeat(3000))))
        .isEqualTo(OutboundBytes.of(plain) + 3004);
  }
}

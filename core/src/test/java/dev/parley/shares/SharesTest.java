package dev.parley.shares;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SharesTest {
  private static Origin at(String address, Object identity) {
    try {
      return Origin.of(InetAddress.getByName(address), identity);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static int takeAll(Share share) {
    int taken = 0;
    while (share.take()) {
      taken++;
    }
    return taken;
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,1", "3,2", "9,7", "16,13", "1024,853", "65536,54637"})
  void oneAloneLeavesRoomAtEachLevel(int capacity, int most) {
    for (String newcomer : List.of("198.51.100.1", "192.0.2.2", "192.0.2.1")) {
      Shares shares = new Shares(capacity);

      assertThat(takeAll(shares.open(at("192.0.2.1", "greedy")))).isEqualTo(most);
      boolean found = shares.open(at(newcomer, "polite")).take();

      if (capacity > 8 || capacity > 1 && newcomer.startsWith("198")) {
        assertThat(found).as(newcomer).isTrue();
      }
    }
  }

  @Test
  void identitiesOfOneAddressAreOneUser() {
    Shares shares = new Shares(1024);
    int taken = 0;
    for (int i = 0; i < 2000; i++) {
      taken += takeAll(shares.open(at("192.0.2.1", i)));
    }

    assertThat(taken).isEqualTo(907);
    assertThat(takeAll(shares.open(at("198.51.100.1", "honest")))).isGreaterThan(64);
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.%d", "2001:db8:0:%x::1", "2001:db8::%x:1"})
  void hostsOfOneNetworkAreOneUser(String pattern) {
    Shares shares = new Shares(1024);
    int taken = 0;
    for (int i = 0; i < 256; i++) {
      taken += takeAll(shares.open(at(String.format(pattern, i), "x")));
    }

    assertThat(taken).isBetween(800, 963);
  }

  @Test
  void thoseWhoWantMoreEndWithTheSame() {
    Shares shares = new Shares(900);
    List<Share> users = new ArrayList<>();
    users.add(shares.open(at("192.0.2.1", "first")));
    takeAll(users.get(0));
    for (int i = 1; i < 4; i++) {
      users.add(shares.open(at("198.51." + i + ".1", i)));
    }
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) { // each gives one back and wants two
      Share share = users.get(random.nextInt(users.size()));
      if (share.used() > 0) {
        share.give();
      }
      share.take();
      share.take();
    }

    assertThat(users).allSatisfy(u -> assertThat(u.used()).isBetween(200L, 245L));
  }

  @Test
  void thoseOfOneHostShareWhatTheHostHas() {
    Shares shares = new Shares(900);
    Share other = shares.open(at("198.51.100.1", "other"));
    takeAll(other);
    Share a = shares.open(at("192.0.2.1", "a"));
    Share b = shares.open(at("192.0.2.1", "b"));
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      Share share = List.of(other, a, b).get(random.nextInt(3));
      if (share.used() > 0) {
        share.give();
      }
      share.take();
      share.take();
    }

    assertThat(other.used()).isBetween(350L, 480L);
    assertThat(a.used() + b.used()).isBetween(350L, 480L);
    assertThat(a.used() - b.used()).isBetween(-20L, 20L);
  }

  @Test
  void bytesAreTakenWholeOrNotAtAll() {
    Shares shares = new Shares(1 << 20);
    Share share = shares.open(at("192.0.2.1", "a"));

    assertThat(share.take(800 << 10)).isTrue();
    assertThat(share.take(100 << 10)).isFalse();
    assertThat(shares.taken()).isEqualTo(800 << 10);
    share.give(800 << 10);
    assertThat(share.take(2 << 20)).isFalse();
    assertThat(shares.taken()).isZero();
  }

  @Test
  void whatIsTakenWithinAnotherShareIsTakenOfBoth() {
    Shares all = new Shares(100);
    Shares some = new Shares(1000);
    Share outer = all.open(at("192.0.2.1", "a"));
    Share inner = some.openWithin(outer, at("192.0.2.1", "a"));

    assertThat(inner.take(60)).isTrue();
    assertThat(all.taken()).isEqualTo(60);
    assertThat(inner.take(60)).isFalse();
    assertThat(some.taken()).isEqualTo(60);
    assertThat(all.taken()).isEqualTo(60);
    inner.give(60);
    inner.close();
    outer.close();
    assertThat(all.taken()).isZero();
    assertThat(all.size()).isZero();
    assertThat(some.size()).isZero();
  }

  @Test
  void whoHasMoreThanAnEqualPartIsCrowding() {
    Shares shares = new Shares(1000);
    Share a = shares.open(at("192.0.2.1", "a"));
    Share alsoThere = shares.open(at("192.0.2.2", "b"));
    Share honest = shares.open(at("198.51.100.1", "c"));
    a.take(700);
    honest.take(50);
    assertThat(shares.isCrowded()).isFalse();
    assertThat(a.isCrowding()).isFalse();

    honest.take(50);

    assertThat(shares.isCrowded()).isTrue();
    assertThat(a.isCrowding()).isTrue();
    assertThat(alsoThere.isCrowding()).isTrue(); // of the network that has most
    assertThat(honest.isCrowding()).isFalse();
    assertThat(shares.largest()).isSameAs(a);
    assertThat(shares.isShedding()).isFalse();
    honest.take(110);
    assertThat(shares.isShedding()).isTrue();
    assertThat(shares.isFull()).isFalse();
    shares.open(at("203.0.113.1", "d")).take(50);
    assertThat(shares.isFull()).isTrue();
  }

  @Test
  void nothingIsLeftOfWhatWasClosed() {
    Shares shares = new Shares(10);
    Share before = shares.open(at("192.0.2.1", "a"));
    Share share = shares.open(at("192.0.2.1", "b"));
    assertThat(shares.size()).isZero(); // before something is taken
    before.take();
    before.give();
    share.take();
    assertThat(shares.size()).isEqualTo(6);
    share.close();
    share.close();
    before.close();
    assertThat(shares.size()).isEqualTo(4);
    Share after = shares.open(at("192.0.2.1", "b"));
    after.take();
    after.give();
    assertThat(shares.size()).isEqualTo(5);

    share.give();

    assertThat(shares.size()).isEqualTo(4);
    shares.open(at("192.0.2.1", "c")).close();
    after.close();
    assertThat(shares.size()).isZero();
    assertThat(shares.taken()).isZero();
  }

  @Test
  void theLargestGivesWay() {
    Shares shares = new Shares(100);
    Share a1 = shares.open(at("192.0.2.1", "a1"));
    Share a2 = shares.open(at("192.0.2.2", "a2"));
    Share b = shares.open(at("198.51.100.1", "b"));
    List.of(a1, a2, b).forEach(Share::take);
    b.take();
    b.take();

    assertThat(shares.largest(shares.open(at("203.0.113.1", "new")))).isSameAs(b);
    a2.take();
    a2.take();
    assertThat(shares.largest(shares.open(at("203.0.113.1", "new")))).isSameAs(a2);
    assertThat(shares.largest(shares.open(at("192.0.2.1", "new")))).isSameAs(a2);
  }

  @Test
  void amongEqualsTheFirstGivesWayAndAtOneHostTheNewcomersOwn() {
    Shares shares = new Shares(100);
    Share first = shares.open(at("192.0.2.1", "x"));
    Share second = shares.open(at("198.51.100.1", "y"));
    first.take();
    second.take();

    assertThat(shares.largest(shares.open(at("203.0.113.1", "z")))).isSameAs(first);
    assertThat(shares.largest(shares.open(at("198.51.100.1", "y")))).isSameAs(second);
    first.give();
    second.give();
    assertThat(shares.largest(shares.open(at("203.0.113.1", "z")))).isNull();
  }

  @Test
  void countsRightFromManyThreads() throws Exception {
    Shares shares = new Shares(64);
    int threads = 4;
    CountDownLatch done = new CountDownLatch(threads);
    for (int t = 0; t < threads; t++) {
      String address = "192.0." + t + ".1";
      new Thread(
              () -> {
                for (int i = 0; i < 20_000; i++) {
                  Share share = shares.open(at(address, "x"));
                  int taken = 0;
                  while (taken < 40 && share.take()) {
                    taken++;
                  }
                  share.close();
                  share.give(taken);
                }
                done.countDown();
              })
          .start();
    }

    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(shares.taken()).isZero();
    assertThat(shares.size()).isZero();
  }

  @Test
  void refusesToBeNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Shares(0))
        .withMessage("capacity is 0, must be positive");
  }
}

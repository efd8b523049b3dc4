package dev.parley.testkit.fault;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultProxyTest {
  private Wire wire;

  @BeforeEach
  void start() throws IOException {
    wire = Wire.start();
  }

  @AfterEach
  void stop() {
    wire.close();
  }

  @Test
  void passesBytesBothWays() throws IOException {
    Wire.Ends ends = wire.connect();

    send(ends.client(), "ping");
    assertThat(receive(ends.server(), 4)).isEqualTo("ping");
    send(ends.server(), "pong!");
    assertThat(receive(ends.client(), 5)).isEqualTo("pong!");

    assertThat(wire.proxy.counters()).isEqualTo(new FaultProxy.Counters(1, 1, 4, 5));
  }

  @Test
  void passesMoreThanItHoldsBackUnchanged() throws Exception {
    Wire.Ends ends = wire.connect();
    byte[] sent = new byte[16 << 20];
    new Random(1).nextBytes(sent);

    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(
            () -> {
              try {
                ends.client().getOutputStream().write(sent);
                ends.client().shutdownOutput();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });

    assertThat(ends.server().getInputStream().readAllBytes()).isEqualTo(sent);
    writing.get(10, TimeUnit.SECONDS);
  }

  @Test
  void passesHalfCloseOnAndKeepsTheOtherDirection() throws IOException {
    Wire.Ends ends = wire.connect();

    ends.client().shutdownOutput();

    assertThat(ends.server().getInputStream().read()).isEqualTo(-1);
    send(ends.server(), "late");
    assertThat(receive(ends.client(), 4)).isEqualTo("late");
  }

  @Test
  void forgetsConnectionThatBothEndsClosed() throws Exception {
    Wire.Ends ends = wire.connect();

    ends.client().shutdownOutput();
    ends.server().shutdownOutput();

    assertThat(ends.client().getInputStream().read()).isEqualTo(-1);
    awaitOpen(0);
  }

  @Test
  void passesResetOn() throws IOException {
    Wire.Ends ends = wire.connect();

    ends.client().setSoLinger(true, 0);
    ends.client().close();

    assertReset(ends.server());
  }

  @Test
  void resetsClientWhoseServerIsGone() throws IOException {
    wire.stopServer();

    // the reset may overtake the return of connect
    assertThatThrownBy(() -> wire.connectClient().getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  @Test
  void delaysOneDirectionOnly() throws IOException {
    Wire.Ends ends = wire.connect();
    wire.proxy.toServer(Fault.latency(Duration.ofSeconds(1)));

    long start = System.nanoTime();
    send(ends.client(), "slow");
    send(ends.server(), "fast");

    assertThat(receive(ends.client(), 4)).isEqualTo("fast");
    assertThat(ends.server().getInputStream().available()).isZero();
    assertThat(receive(ends.server(), 4)).isEqualTo("slow");
    assertThat(millisSince(start)).isGreaterThanOrEqualTo(1_000);
  }

  @Test
  void addsLatenciesAndDoesNotSerializeThem() throws IOException {
    Wire.Ends ends = wire.connect();
    Fault half = Fault.latency(Duration.ofMillis(100), Duration.ofMillis(20), 7);
    wire.proxy.toServer(half, half, Fault.slice(1));

    long start = System.nanoTime();
    for (int i = 0; i < 50; i++) {
      send(ends.client(), "z");
    }
    assertThat(receive(ends.server(), 50)).isEqualTo("z".repeat(50));

    assertThat(millisSince(start)).isBetween(195L, 5_000L);
  }

  @Test
  void keepsToTheBandwidth() throws IOException {
    Wire.Ends ends = wire.connect();
    wire.proxy.toServer(Fault.bandwidth(100_000));

    long start = System.nanoTime();
    ends.client().getOutputStream().write(new byte[50_000]);
    ends.server().getInputStream().readNBytes(50_000);

    assertThat(millisSince(start)).isBetween(450L, 5_000L);
  }

  @Test
  void slicesWritesWithGaps() throws IOException {
    Wire.Ends ends = wire.connect();
    wire.proxy.toClient(Fault.slice(3, Duration.ofMillis(40)));

    send(ends.server(), "abcdefgh");

    byte[] buffer = new byte[16];
    assertThat(ends.client().getInputStream().read(buffer)).isEqualTo(3);
    assertThat(receive(ends.client(), 5)).isEqualTo("defgh");
  }

  @Test
  void flipsDuplicatesAndDropsBytesAtTheirOffsets() throws IOException {
    Wire.Ends ends = wire.connect();
    wire.proxy.toServer(Fault.flipBit(5, 0), Fault.dropByte(6), Fault.duplicateByte(7));

    send(ends.client(), "abcd");
    assertThat(receive(ends.server(), 4)).isEqualTo("abcd");
    send(ends.client(), "efghi");
    assertThat(receive(ends.server(), 5)).isEqualTo("eghhi");
  }

  @Test
  void corruptsTheSameBytesForTheSameSeedHoweverTheyAreSplit() throws IOException {
    byte[] sent = new byte[4_000];
    byte[] whole = corrupted(sent, 4_000);
    wire.close();
    wire = Wire.start();
    byte[] split = corrupted(sent, 37);

    assertThat(split).isEqualTo(whole).isNotEqualTo(sent);
    assertThat(changes(whole)).isBetween(250, 550);
  }

  private byte[] corrupted(byte[] sent, int step) throws IOException {
    Wire.Ends ends = wire.connect();
    wire.proxy.toServer(Fault.corrupt(0.1, 42));
    for (int from = 0; from < sent.length; from += step) {
      ends.client().getOutputStream().write(sent, from, Math.min(step, sent.length - from));
    }
    return ends.server().getInputStream().readNBytes(sent.length);
  }

  private static int changes(byte[] bytes) {
    int changes = 0;
    for (byte b : bytes) {
      changes += b == 0 ? 0 : 1;
    }
    return changes;
  }

  @Test
  void endsDirectionAfterTheGivenBytes() throws IOException {
    Wire.Ends ends = wire.connect();
    wire.proxy.toServer(Fault.truncateAfter(3));

    send(ends.client(), "abcdef");

    assertThat(ends.server().getInputStream().readAllBytes()).isEqualTo("abc".getBytes(US_ASCII));
    send(ends.server(), "still here");
    assertThat(receive(ends.client(), 10)).isEqualTo("still here");
  }

  @Test
  void resetsBothEndsAfterTheGivenBytes() throws IOException {
    Wire.Ends ends = wire.connect();
    wire.proxy.toServer(Fault.resetAfter(4));

    send(ends.client(), "abc");
    assertThat(receive(ends.server(), 3)).isEqualTo("abc");
    send(ends.client(), "def");

    assertReset(ends.client());
    assertReset(ends.server());
    awaitOpen(0);
  }

  @Test
  void stallsAndGoesOnWithoutLoss() throws IOException {
    Wire.Ends ends = wire.connect();
    wire.proxy.toServer(Fault.stallAfter(2));

    send(ends.client(), "abcd");
    assertThat(receive(ends.server(), 2)).isEqualTo("ab");
    assertSilent(ends.server());

    wire.proxy.heal();
    assertThat(receive(ends.server(), 2)).isEqualTo("cd");
  }

  @Test
  void swallowsBytesAndEndOfStream() throws IOException {
    Wire.Ends ends = wire.connect();
    wire.proxy.toServer(Fault.blackhole());

    send(ends.client(), "lost");
    ends.client().shutdownOutput();

    assertSilent(ends.server());
    assertThat(wire.proxy.counters().bytesToServer()).isZero();
  }

  @Test
  void smallestCutOffWinsAndResetWinsATie() {
    FaultPlan plan =
        FaultPlan.of(
            List.of(
                Fault.stallAfter(9),
                Fault.resetAfter(5),
                Fault.truncateAfter(5),
                Fault.stallAfter(5)));

    assertThat(plan.cutAt(4)).isEqualTo(FaultPlan.Cut.NONE);
    assertThat(plan.cutAt(5)).isEqualTo(FaultPlan.Cut.RESET);
    assertThat(plan.bytesBeforeCut(3)).isEqualTo(2);
  }

  @Test
  void resetsOpenConnectionsAndAcceptsNewOnes() throws IOException {
    Wire.Ends ends = wire.connect();

    wire.proxy.resetAll();

    assertReset(ends.client());
    assertReset(ends.server());
    passes(wire.connect());
  }

  @Test
  void cutsOpenConnectionsWithEndOfStream() throws IOException {
    Wire.Ends ends = wire.connect();

    wire.proxy.cutAll();

    assertThat(ends.client().getInputStream().read()).isEqualTo(-1);
    assertThat(ends.server().getInputStream().read()).isEqualTo(-1);
    assertThat(wire.proxy.counters().open()).isZero();
  }

  @Test
  void refusesAndAdmitsOnTheSamePort() throws IOException {
    Wire.Ends before = wire.connect();
    int port = wire.proxy.port();

    wire.proxy.refuse();
    wire.proxy.refuse();
    assertThatThrownBy(() -> wire.connectClient()).isInstanceOf(ConnectException.class);
    passes(before);

    wire.proxy.admit();
    wire.proxy.admit();
    assertThat(wire.proxy.port()).isEqualTo(port);
    passes(wire.connect());
  }

  @Test
  void closesWithinBoundedTimeAndLeavesNoThread() throws IOException {
    Wire.Ends ends = wire.connect();
    wire.proxy.bothWays(Fault.latency(Duration.ofHours(1)));
    send(ends.client(), "never");
    String name = "fault-proxy-" + wire.proxy.port();
    assertThat(threads(name)).isEqualTo(1);

    long start = System.nanoTime();
    wire.proxy.close();
    wire.proxy.close();

    assertThat(millisSince(start)).isLessThan(5_000);
    assertThat(threads(name)).isZero();
    assertThat(ends.client().getInputStream().read()).isEqualTo(-1);
    assertThatIllegalStateException()
        .isThrownBy(() -> wire.proxy.refuse())
        .withMessageContaining("closed");
  }

  @Test
  void refusesSettingsOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FaultProxy.to("127.0.0.1", 0))
        .withMessageContaining("port is 0, must be 1..65535");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fault.flipBit(0, 8))
        .withMessageContaining("bit is 8, must be 0..7");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fault.latency(Duration.ofMillis(-1)))
        .withMessageContaining("delay is PT-0.001S");
    assertThatIllegalArgumentException().isThrownBy(() -> Fault.corrupt(Double.NaN, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> Fault.bandwidth(0));
    assertThatIllegalArgumentException().isThrownBy(() -> Fault.resetAfter(-1));
  }

  private static void passes(Wire.Ends ends) throws IOException {
    send(ends.client(), "through");
    assertThat(receive(ends.server(), 7)).isEqualTo("through");
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
  }

  private static String receive(Socket socket, int length) throws IOException {
    return new String(socket.getInputStream().readNBytes(length), US_ASCII);
  }

  private static void assertReset(Socket socket) {
    assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  private static void assertSilent(Socket socket) throws IOException {
    socket.setSoTimeout(200);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    socket.setSoTimeout(Wire.TIMEOUT_MILLIS);
  }

  private void awaitOpen(int expected) {
    long start = System.nanoTime();
    while (wire.proxy.counters().open() != expected && millisSince(start) < 5_000) {
      Thread.onSpinWait();
    }
    assertThat(wire.proxy.counters().open()).isEqualTo(expected);
  }

  private static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .count();
  }

  private static long millisSince(long startNanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
  }
}

package dev.parley.transport.rsocket.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.spi.NodeListener.Refusal;
import dev.parley.transport.rsocket.TransportOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConnectionAdmissionTest {
  private static final int MAX_HANDSHAKES = 128;

  private final ConnectionAdmission admission =
      new ConnectionAdmission(
          TransportOptions.builder()
              .limits(l -> l.maxConnections(1000).maxConnectionsPerPrefix(64))
              .accepting(a -> a.maxHandshakes(MAX_HANDSHAKES).maxHandshakesPerPrefix(32))
              .build(),
          () -> 0);
  private final List<ConnectionAdmission.Slot> cutOff = new ArrayList<>();

  private ConnectionAdmission.Slot connect(String address) {
    try {
      ConnectionAdmission.Slot slot = admission.accept(InetAddress.getByName(address));
      if (slot.isAdmitted()) {
        slot.onGiveWay(
            () -> {
              cutOff.add(slot);
              slot.release();
            });
      }
      return slot;
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Test
  void silentHostsOfOneNetworkKeepNobodyOut() {
    for (int host = 0; host < 40; host++) {
      for (int i = 0; i < 32; i++) {
        connect("2001:db8:0:" + Integer.toHexString(host << 8) + "::1");
      }
    }
    assertThat(admission.handshakes()).isLessThan(MAX_HANDSHAKES);

    cutOff.clear();
    for (int i = 0; i < 24; i++) {
      ConnectionAdmission.Slot honest = connect("198.51.100." + i);

      assertThat(honest.isAdmitted()).isTrue();
      assertThat(cutOff).doesNotContain(honest);
    }
  }

  @Test
  void slowOnesOfOneAddressGiveWayInTheOrderInWhichTheyCame() {
    List<ConnectionAdmission.Slot> slow = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      slow.add(connect("127.0.0.1")); // no prefix is counted there
    }

    assertThat(slow).allMatch(ConnectionAdmission.Slot::isAdmitted);
    int left = admission.handshakes();
    assertThat(left).isBetween(MAX_HANDSHAKES * 3 / 4, MAX_HANDSHAKES);
    assertThat(cutOff).containsExactlyElementsOf(slow.subList(0, 500 - left));
  }

  @Test
  void whoHasProvedItselfIsNotCutOff() {
    ConnectionAdmission.Slot proved = connect("127.0.0.1");
    proved.authenticated();
    for (int i = 0; i < 500; i++) {
      connect("127.0.0.1");
    }

    assertThat(cutOff).doesNotContain(proved);
    assertThat(admission.connections()).isEqualTo(admission.handshakes() + 1);
  }

  @Test
  void connectionsLeaveRoomForOtherNetworks() {
    int admitted = 0;
    for (int host = 0; host < 256; host++) {
      for (int i = 0; i < 20; i++) {
        ConnectionAdmission.Slot slot = connect("192.0.2." + host);
        if (slot.isAdmitted()) {
          slot.authenticated();
          admitted++;
        }
      }
    }

    assertThat(admitted).isEqualTo(941);
    assertThat(connect("192.0.2.1").refusal()).isEqualTo(Refusal.MAX_CONNECTIONS);
    assertThat(connect("198.51.100.1").isAdmitted()).isTrue();
  }

  @Test
  void whatIsDisplacedBeforeItHasAHandlerIsToldLater() {
    for (int i = 0; i < MAX_HANDSHAKES; i++) {
      admission.accept(InetAddress.getLoopbackAddress());
    }
    ConnectionAdmission.Slot first = admission.accept(InetAddress.getLoopbackAddress());
    for (int i = 0; i < MAX_HANDSHAKES; i++) {
      admission.accept(InetAddress.getLoopbackAddress());
    }
    AtomicInteger told = new AtomicInteger();

    first.onGiveWay(told::incrementAndGet);

    assertThat(told).hasValue(1);
  }

  @Test
  void nothingIsLeftWhenAllAreGone() {
    List<ConnectionAdmission.Slot> all = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      all.add(connect("127.0.0.1"));
    }
    all.forEach(ConnectionAdmission.Slot::release);
    all.forEach(ConnectionAdmission.Slot::release);

    assertThat(admission.connections()).isZero();
    assertThat(admission.handshakes()).isZero();
  }
}

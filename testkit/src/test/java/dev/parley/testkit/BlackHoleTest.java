package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Timeout(60)
class BlackHoleTest {

  @Test
  void silentOneAcceptsAndNeverAnswers() throws IOException {
    try (BlackHole hole = BlackHole.silent();
        Socket socket = new Socket()) {
      socket.connect(hole.address(), 5_000);
      socket.getOutputStream().write(new byte[1_000]);
      socket.setSoTimeout(200);

      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void silentOneTakesManyConnections() throws IOException {
    try (BlackHole hole = BlackHole.silent()) {
      Socket[] sockets = new Socket[100];
      for (int i = 0; i < sockets.length; i++) {
        sockets[i] = new Socket();
        sockets[i].connect(hole.address(), 5_000);
      }
      for (Socket socket : sockets) {
        assertThat(socket.isConnected()).isTrue();
        socket.close();
      }
    }
  }

  @EnabledOnOs(OS.LINUX)
  @RepeatedTest(5)
  void unacceptingOneLetsConnectsHang() throws IOException {
    try (BlackHole hole = BlackHole.unaccepting();
        Socket first = new Socket();
        Socket second = new Socket()) {
      assertThatThrownBy(() -> first.connect(hole.address(), 300))
          .isInstanceOf(SocketTimeoutException.class);
      assertThatThrownBy(() -> second.connect(hole.address(), 1_500))
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void freesItsPort() {
    BlackHole hole = BlackHole.silent();
    InetSocketAddress address = hole.address();

    hole.close();
    hole.close();

    assertThatThrownBy(
            () -> {
              try (Socket socket = new Socket()) {
                socket.connect(address, 1_000);
              }
            })
        .isInstanceOf(ConnectException.class);
  }
}

package dev.parley.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
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
  @Test
  void unacceptingOnesLetConnectsHang() throws IOException {
    List<Closeable> open = new ArrayList<>();
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < 5; i++) {
        BlackHole hole = BlackHole.unaccepting();
        open.add(hole::close);
        for (int n = 0; n < 2; n++) {
          SocketChannel socket = SocketChannel.open();
          open.add(socket);
          socket.configureBlocking(false);
          assertThat(socket.connect(hole.address())).isFalse();
          socket.register(selector, SelectionKey.OP_CONNECT);
        }
      }

      // Linux tries again after a second.
      assertThat(selector.select(1_500)).isZero();
    } finally {
      for (Closeable one : open) {
        one.close();
      }
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

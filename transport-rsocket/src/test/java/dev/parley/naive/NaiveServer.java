package dev.parley.naive;

import static dev.parley.naive.NaiveFrame.COMPLETE;
import static dev.parley.naive.NaiveFrame.NEXT;
import static dev.parley.naive.NaiveFrame.PAYLOAD;
import static dev.parley.naive.NaiveFrame.REQUEST_RESPONSE;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** An agent that accepts one link at a time and sends every message back on the route echo. */
public final class NaiveServer implements Closeable {
  private static final int NO_RECEIVER = 0x301;

  private final ServerSocket listener;
  private final NaiveAgent agent;
  private final NaiveNetwork network;
  private volatile byte[] setup = {};

  public NaiveServer(NaiveAgent agent, NaiveNetwork network) throws IOException {
    this.listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    this.agent = agent;
    this.network = network;
    listener.setSoTimeout(NaiveConnection.TIMEOUT_MS);
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  /** The SETUP frame of the link. */
  public byte[] setup() {
    return setup;
  }

  /** Serves one link to its end and returns the code of the other side's CLOSE. */
  public int serveOne() throws IOException, NaiveRefusal {
    try (NaiveConnection connection = NaiveConnection.of(listener.accept())) {
      NaiveSide self = NaiveClient.side(agent, network, 32);
      NaiveResponder handshake = new NaiveResponder(self, EnumSet.allOf(NaiveSuite.class));
      handshake.readMessage1(connection.readUnit(NaiveWire::isMessage1Length));
      connection.writeUnit(handshake.message2());
      NaiveSession session =
          handshake.readMessage3(connection.readUnit(NaiveWire::isMessage3Length));
      NaiveLink link = new NaiveLink(connection, session);
      link.send(NaiveControl.ready(NaiveLimits.DEFAULTS));
      return serve(link);
    }
  }

  private int serve(NaiveLink link) throws IOException, NaiveRefusal {
    NaiveFrame setup = link.nextFrame();
    if (setup == null || setup.type() != NaiveFrame.SETUP || setup.streamId() != 0) {
      throw new NaiveRefusal("a first frame that is not SETUP");
    }
    this.setup = setup.encode();
    NaiveMessages messages = new NaiveMessages();
    NaiveFrame frame;
    while ((frame = link.nextFrame()) != null) {
      NaiveFrame message = messages.add(frame);
      if (message != null && message.type() == REQUEST_RESPONSE) {
        link.send(answer(message, link.mtu()));
      }
    }
    link.answerClose();
    return link.peerCloseCode();
  }

  private static List<NaiveFrame> answer(NaiveFrame request, int mtu) throws NaiveRefusal {
    NaiveMetadata metadata = NaiveMetadata.decode(request.metadata());
    if (!metadata.route().equals("echo")) {
      return List.of(NaiveFrame.error(request.streamId(), NO_RECEIVER, "no such route"));
    }
    byte[] answer =
        new NaiveMetadata("", NaiveMetadata.NOT_SAID, metadata.contentType(), Map.of()).encode();
    return NaiveFrame.fragments(
        request.streamId(), PAYLOAD, NEXT | COMPLETE, answer, request.data(), mtu);
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}

package dev.parley.naive;

import static dev.parley.naive.NaiveFrame.COMPLETE;
import static dev.parley.naive.NaiveFrame.NEXT;
import static dev.parley.naive.NaiveFrame.REQUEST_RESPONSE;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;

/** An agent that dials, sends and closes; one request at a time. */
public final class NaiveClient {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final NaiveLink link;
  private final NaiveMessages messages = new NaiveMessages();
  private int nextStreamId = 1;

  private NaiveClient(NaiveLink link) {
    this.link = link;
  }

  public static NaiveClient dial(
      InetSocketAddress address,
      NaiveSuite suite,
      NaiveAgent agent,
      NaiveNetwork network,
      byte[] responderId)
      throws IOException, NaiveRefusal {
    return dial(NaiveConnection.tcp(address), suite, agent, network, responderId);
  }

  public static NaiveClient dialWebSocket(
      InetSocketAddress address,
      String path,
      NaiveSuite suite,
      NaiveAgent agent,
      NaiveNetwork network,
      byte[] responderId)
      throws IOException, NaiveRefusal {
    return dial(NaiveConnection.webSocket(address, path), suite, agent, network, responderId);
  }

  /** Shakes hands and then sends no SETUP. */
  public static NaiveClient dialWithoutSetup(
      InetSocketAddress address,
      NaiveSuite suite,
      NaiveAgent agent,
      NaiveNetwork network,
      byte[] responderId)
      throws IOException, NaiveRefusal {
    return new NaiveClient(
        handshake(NaiveConnection.tcp(address), suite, agent, network, responderId));
  }

  private static NaiveClient dial(
      NaiveConnection connection,
      NaiveSuite suite,
      NaiveAgent agent,
      NaiveNetwork network,
      byte[] responderId)
      throws IOException, NaiveRefusal {
    NaiveLink link = handshake(connection, suite, agent, network, responderId);
    link.send(List.of(NaiveFrame.setup()));
    return new NaiveClient(link);
  }

  private static NaiveLink handshake(
      NaiveConnection connection,
      NaiveSuite suite,
      NaiveAgent agent,
      NaiveNetwork network,
      byte[] responderId)
      throws IOException, NaiveRefusal {
    NaiveSide self = side(agent, network, 64);
    NaiveInitiator handshake =
        new NaiveInitiator(suite, false, self, responderId, random(16), new byte[0], false);
    try {
      connection.writeUnit(handshake.message1());
      handshake.readAnswer(connection.readUnit(NaiveWire::isAnswerLength));
      connection.writeUnit(handshake.message3());
    } catch (IOException | NaiveRefusal e) {
      connection.close();
      throw e;
    }
    return new NaiveLink(connection, handshake.session());
  }

  static NaiveSide side(NaiveAgent agent, NaiveNetwork network, int kemRandomBytes) {
    return new NaiveSide(
        agent,
        network,
        NaiveLimits.DEFAULTS,
        0,
        new byte[0],
        0,
        System.currentTimeMillis(),
        random(32),
        random(kemRandomBytes));
  }

  private static byte[] random(int bytes) {
    byte[] out = new byte[bytes];
    RANDOM.nextBytes(out);
    return out;
  }

  /** Sends a message and waits for its answer. */
  public NaiveAnswer request(NaiveMetadata metadata, byte[] data) throws IOException, NaiveRefusal {
    int streamId = nextStreamId;
    nextStreamId += 2;
    link.send(
        NaiveFrame.fragments(streamId, REQUEST_RESPONSE, 0, metadata.encode(), data, link.mtu()));
    return answer(streamId);
  }

  /** Sends a frame as it is. */
  public void send(byte[] frame) throws IOException {
    link.send(List.of(NaiveFrame.decode(frame)));
  }

  /** Waits for the answer to a request that was sent. */
  public NaiveAnswer answer(int streamId) throws IOException, NaiveRefusal {
    while (true) {
      NaiveFrame frame = link.nextFrame();
      if (frame == null) {
        throw new NaiveRefusal("CLOSE(" + link.peerCloseCode() + ") before the answer");
      }
      NaiveFrame message = messages.add(frame);
      if (message == null || message.streamId() != streamId) {
        continue;
      }
      if (message.type() == NaiveFrame.ERROR) {
        NaiveMetadata none = NaiveMetadata.decode(new byte[0]);
        return new NaiveAnswer(message.errorCode(), message.errorText(), none, new byte[0]);
      }
      if (!message.has(NEXT) && !message.has(COMPLETE)) {
        throw new NaiveRefusal("a frame that is no answer");
      }
      return new NaiveAnswer(0, "", NaiveMetadata.decode(message.metadata()), message.data());
    }
  }

  /** Asks for a sign of life and waits for it. */
  public void ping(byte[] token) throws IOException, NaiveRefusal {
    link.ping(token);
  }

  /** Changes the key of what this side sends. */
  public void updateKey() throws IOException {
    link.send(NaiveControl.keyUpdate());
  }

  /** Waits for the node's CLOSE, answers it, and returns its code. */
  public int awaitClose() throws IOException, NaiveRefusal {
    while (link.nextFrame() != null) {
      // what was on its way
    }
    link.answerClose();
    return link.peerCloseCode();
  }

  /** Closes with CLOSE(normal) and returns the code of the node's own CLOSE. */
  public int close() throws IOException, NaiveRefusal {
    return link.close(0);
  }
}

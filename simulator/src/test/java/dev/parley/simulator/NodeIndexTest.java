package dev.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Network;
import dev.parley.NetworkId;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import org.junit.jupiter.api.Test;

class NodeIndexTest {
  private static final NetworkId NETWORK = Network.open("tests").id();

  private final SimRandom random = new SimRandom(1);
  private final NodeIndex index = new NodeIndex();

  private byte[] key() {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return key;
  }

  private SimNode node(int number, byte[] key) {
    return new SimNode(
        number,
        NodeKey.of(NETWORK, key),
        IpEndpoint.v4(0x0b000001, 7400),
        new LatencyModel.Place(0, 0, 0),
        random);
  }

  @Test
  void findsEachNodeByAnEqualKeyAndNoOther() {
    byte[][] keys = new byte[5000][];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = key();
      index.add(node(i, keys[i]));
    }

    for (int i = 0; i < keys.length; i++) {
      SimNode found = index.get(NodeKey.of(NETWORK, keys[i]));
      assertThat(found).isSameAs(index.nodes().get(i));
      assertThat(index.get(NodeKey.of(NETWORK, key()))).isNull();
    }
  }
}

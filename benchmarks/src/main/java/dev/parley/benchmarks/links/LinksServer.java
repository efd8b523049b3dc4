package dev.parley.benchmarks.links;

import dev.parley.Identity;
import dev.parley.node.AgentNode;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import reactor.core.publisher.Mono;

/**
 * The node that is measured, in a process of its own. It says where it listens, and for each line
 * of its standard input what it holds: bytes of the heap after a collection, and of direct memory.
 */
public final class LinksServer {
  private static final int UNLIMITED = 1_000_000;
  private static final int COLLECTIONS = 3;

  private LinksServer() {}

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    AgentNode node =
        Objects.requireNonNull(
            AgentNode.builder()
                .identity(Identity.generate())
                .network("links")
                .listen("127.0.0.1", 0)
                .transport(
                    o ->
                        o.limits(
                                l -> l.maxConnections(UNLIMITED).maxConnectionsPerPrefix(UNLIMITED))
                            .accepting(
                                a ->
                                    a.maxHandshakes(UNLIMITED)
                                        .maxHandshakesPerPrefix(UNLIMITED)
                                        .handshakesPerSecondPerPrefix(UNLIMITED)))
                .receive(in -> Mono.just(in.message()))
                .start()
                .block());
    System.out.println(node.id() + "@" + node.addresses().get(0));
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (in.readLine() != null) {
      System.out.println(heapBytes() + " " + directBytes() + " " + node.links().size());
    }
    System.exit(0);
  }

  private static long heapBytes() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Netty's pool, which may not be the JDK's, and the JDK's own buffers. */
  private static long directBytes() {
    long pooled = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    long jdk =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return pooled + jdk;
  }
}

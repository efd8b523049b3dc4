package dev.parley.node.network;

import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.PeerAddress;
import dev.parley.SendOptions;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import dev.parley.node.dht.Dht;
import dev.parley.transport.rsocket.SharedLoops;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Many nodes in one process. It says {@code AT address} of its first node and {@code ONLINE id} of
 * each that others should find from then on; it is told {@code FIND id} and {@code FORGET id}, and
 * sends to these from its own, by key alone, until its input ends. Then it says {@code SENT n},
 * behind a line {@code FAILED ...} for each send that failed.
 */
final class NetworkProcess {
  private static final int MAX_LINKS = 64;
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final SendOptions ECHO = SendOptions.timeout(Duration.ofSeconds(10));

  private final SharedLoops loops = SharedLoops.of(1);
  private final List<AgentNode> online = new CopyOnWriteArrayList<>();
  private final Map<AgentId, Long> targets = new ConcurrentHashMap<>(); // since when
  private final List<AgentId> order = new CopyOnWriteArrayList<>();
  private final AtomicInteger sent = new AtomicInteger();
  private final SplittableRandom random = new SplittableRandom();

  /**
   * @param args how many nodes, in how many seconds, sends a second, and the address of a seed or -
   */
  public static void main(String[] args) throws Exception {
    NetworkProcess process = new NetworkProcess();
    int nodes = Integer.parseInt(args[0]);
    Duration step = Duration.ofSeconds(Integer.parseInt(args[1])).dividedBy(nodes);
    Dht dht = args[3].equals("-") ? Dht.defaults() : Dht.seeds(PeerAddress.parse(args[3]));
    AgentNode first = process.start(dht).block(LIMIT);
    say("AT " + first.peerAddress());
    process.comesOnline(first).block(LIMIT);
    Dht rest = args[3].equals("-") ? Dht.seeds(first.peerAddress()) : dht;
    Flux.interval(step)
        .take(nodes - 1L)
        .onBackpressureBuffer()
        .flatMap(i -> process.start(rest).flatMap(process::comesOnline), nodes)
        .subscribe();
    Flux.interval(Duration.ofSeconds(1).dividedBy(Integer.parseInt(args[2])))
        .onBackpressureDrop()
        .flatMap(i -> process.send(), 1000)
        .subscribe();
    process.obey();
    say("SENT " + process.sent);
    System.exit(0);
  }

  private static void say(String line) {
    synchronized (System.out) {
      System.out.println(line);
      System.out.flush();
    }
  }

  private Mono<AgentNode> start(Dht dht) {
    AgentNodeBuilder builder =
        AgentNode.builder()
            .identity(Identity.generate())
            .network("real")
            .listen("127.0.0.1", 0)
            .eventLoops(loops)
            .receive(in -> Mono.just(in.message()))
            .with(dht.toBuilder().options(o -> o.table(l -> l.maxLinks(MAX_LINKS))).build());
    return builder.start();
  }

  private Mono<Void> comesOnline(AgentNode node) {
    return node.online()
        .timeout(LIMIT)
        .doOnSuccess(
            v -> {
              online.add(node);
              say("ONLINE " + node.id());
            })
        .onErrorResume(
            e -> Mono.fromRunnable(() -> say("FAILED to come online: " + e.getMessage())));
  }

  private void obey() throws Exception {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ", 2);
      AgentId id = AgentId.parse(words[1]);
      if (words[0].equals("FIND")) {
        targets.put(id, System.nanoTime());
        order.add(id);
      } else {
        order.remove(id);
        targets.remove(id);
      }
    }
  }

  private Mono<Void> send() {
    if (online.isEmpty() || order.isEmpty()) {
      return Mono.empty();
    }
    AgentNode from = online.get(random.nextInt(online.size()));
    AgentId to = order.get(random.nextInt(order.size()));
    Long since = targets.get(to);
    if (since == null || to.equals(from.id())) {
      return Mono.empty();
    }
    sent.incrementAndGet();
    return from.send(to, Message.text("hello"), ECHO)
        .then()
        .onErrorResume(
            MessagingException.class,
            e ->
                Mono.fromRunnable(
                    () -> {
                      if (targets.containsKey(to)) { // it may have been killed meanwhile
                        say(failure(from, to, since, e));
                      }
                    }));
  }

  private static String failure(AgentNode from, AgentId to, long since, MessagingException e) {
    return "FAILED "
        + e.code()
        + " "
        + e.phase()
        + ", found for "
        + Duration.ofNanos(System.nanoTime() - since).toMillis()
        + " ms, from "
        + from.id().toShortString()
        + " to "
        + to.toShortString()
        + ": "
        + String.valueOf(e.getMessage()).replace('\n', ' ')
        + " "
        + e.trail().toString().replace('\n', ' ');
  }
}

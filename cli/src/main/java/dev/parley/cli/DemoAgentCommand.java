package dev.parley.cli;

import dev.parley.AgentId;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.PeerAddress;
import dev.parley.SendOptions;
import dev.parley.cli.options.Settings;
import dev.parley.cli.output.Console;
import dev.parley.cli.output.ExitCode;
import dev.parley.cli.output.FailureReport;
import dev.parley.dht.LookupReport;
import dev.parley.dht.ResolveOptions;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import dev.parley.node.dht.Dht;
import dev.parley.spi.Link;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import reactor.core.publisher.Mono;

/**
 * One agent of the demo, in a process of its own. It prints its id, the house with its address,
 * then does what each line of standard input says and answers with one line; it ends with its
 * input, so that it never outlives the demo.
 */
@Command(name = "demo-agent", hidden = true, description = "One agent of the demo.")
final class DemoAgentCommand extends CliCommand {
  static final String BID_ROUTE = "auction/bid";
  static final String SLOW_ROUTE = "auction/slow";

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration SHORT = Duration.ofMillis(500);
  private static final Duration JOINING = Duration.ofSeconds(110);
  private static final Duration REACHING = Duration.ofSeconds(20);
  private static final int MAX_BIDDERS = 100;

  @Option(names = "--house", description = "Opens the house, through which others join.")
  boolean opensHouse;

  private final Identity identity = Identity.generate();
  private final Map<AgentId, String> bids = new ConcurrentHashMap<>();
  private @Nullable PeerAddress house;
  private @Nullable AgentNode running;

  DemoAgentCommand(Console console, Settings settings) {
    super(console, settings);
  }

  @Override
  int run() throws IOException {
    if (opensHouse) {
      start(builder().with(Dht.defaults()));
    }
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8))) {
      say(opensHouse ? identity.id() + "@" + node().addresses().get(0) : identity.id().toString());
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int space = line.indexOf(' ');
        say(obey(line.substring(0, space), line.substring(space + 1)));
      }
    } finally {
      stop();
    }
    return ExitCode.OK;
  }

  private AgentNodeBuilder builder() {
    AgentNodeBuilder builder =
        AgentNode.builder().identity(identity).network("parley-demo").listen("127.0.0.1", 0);
    builder.receive(in -> Mono.just(Message.text("hello, " + in.from().toShortString())));
    if (opensHouse) {
      builder.receive(BID_ROUTE, this::bid).receive(SLOW_ROUTE, in -> Mono.never());
    }
    return builder;
  }

  private void start(AgentNodeBuilder builder) {
    running = Objects.requireNonNull(builder.start().block());
  }

  private void stop() {
    AgentNode node = running;
    if (node != null) {
      running = null;
      node.close();
    }
  }

  private AgentNode node() {
    return Objects.requireNonNull(running, "running");
  }

  private void say(String line) {
    console.out().println(FailureReport.printable(line));
    console.out().flush();
  }

  private Mono<Message> bid(Inbound in) {
    if (bids.size() >= MAX_BIDDERS && !bids.containsKey(in.from())) {
      return Mono.error(HandlerFailure.rejected("the room is full"));
    }
    String bid = in.message().text();
    bids.put(in.from(), bid);
    return Mono.just(Message.text("registered \"" + bid + "\" from " + in.from().toShortString()));
  }

  private String obey(String verb, String rest) {
    return switch (verb) {
      case "join" -> join(PeerAddress.parse(rest));
      case "bids" -> "the house holds " + bids.size() + " sealed bids";
      case "bid" -> send(node(), house().id(), BID_ROUTE, rest, PATIENCE);
      case "slow" -> send(node(), house().id(), SLOW_ROUTE, rest, SHORT);
      case "find" -> find(AgentId.parse(rest));
      case "hello" -> send(node(), AgentId.parse(rest), "", "hello", PATIENCE);
      case "reach" -> reach(rest);
      case "restart" -> restart();
      case "leave" -> leave();
      case "to" -> {
        PeerAddress peer = PeerAddress.parse(rest);
        node().addressBook().add(peer);
        yield send(node(), peer.id(), BID_ROUTE, "a bid that must not arrive", PATIENCE);
      }
      case "measure" -> measure(node(), Integer.parseInt(rest));
      default -> throw new IllegalArgumentException("unknown verb " + verb);
    };
  }

  /** Joins through the house. */
  private String join(PeerAddress where) {
    house = where;
    start(builder().with(Dht.seeds(where)));
    node().online().block(JOINING);
    return "as " + identity.id().toShortString() + " at " + node().addresses().get(0);
  }

  private String restart() {
    stop();
    start(builder().with(Dht.seeds(house())));
    node().online().block(JOINING);
    return "listens at " + node().addresses().get(0) + " now";
  }

  private String leave() {
    node().drain(SHORT).block(PATIENCE);
    return "has left";
  }

  /** Looks an agent up, of which nothing but the id is known, and sends it a first message. */
  private String find(AgentId agent) {
    long start = System.nanoTime();
    LookupReport report =
        Objects.requireNonNull(
                Dht.of(node()).resolve(agent, ResolveOptions.fresh()).blockFirst(PATIENCE))
            .report();
    String answer = send(node(), agent, "", "hello", PATIENCE);
    return String.format(
        Locale.ROOT,
        "looked up in %.1f ms (%d hops, %d asked), then %s; %s in all",
        report.took().toNanos() / 1e6,
        report.hops(),
        report.rpcs(),
        answer,
        since(start));
  }

  /** Greets every agent of a list, one after the other; tells of those that it did not reach. */
  private String reach(String ids) {
    int reached = 0;
    StringBuilder missed = new StringBuilder();
    for (String id : ids.split(" ", -1)) {
      String answer = send(node(), AgentId.parse(id), "", "hello", REACHING);
      if (answer.startsWith("hello, ")) {
        reached++;
      } else {
        missed.append("; ").append(id).append(": ").append(answer);
      }
    }
    return "reached " + reached + missed;
  }

  private PeerAddress house() {
    return Objects.requireNonNull(house, "house");
  }

  private static String send(
      AgentNode node, AgentId to, String route, String text, Duration timeout) {
    long start = System.nanoTime();
    try {
      SendOptions options = SendOptions.timeout(timeout).route(route);
      String answer = node.sendNow(to, Message.text(text), options).text();
      return answer + " (" + since(start) + ")";
    } catch (MessagingException e) {
      return e.code() + " in " + e.phase() + ", executed " + e.executed() + ", " + since(start);
    }
  }

  private static String since(long startNanos) {
    return String.format(Locale.ROOT, "%.1f ms", (System.nanoTime() - startNanos) / 1e6);
  }

  private String measure(AgentNode node, int messages) {
    Histogram nanos = new Histogram(3);
    SendOptions options = SendOptions.timeout(PATIENCE).route(BID_ROUTE);
    for (int i = 0; i < messages; i++) {
      long start = System.nanoTime();
      Message unused = node.sendNow(house().id(), Message.text("$" + i), options);
      nanos.recordValue(System.nanoTime() - start);
    }
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("messages", nanos.getTotalCount());
    facts.put("p50Micros", nanos.getValueAtPercentile(50) / 1000);
    facts.put("p99Micros", nanos.getValueAtPercentile(99) / 1000);
    for (Link link : node.links()) {
      if (link.peer().equals(house().id())) {
        facts.put("suite", link.path().suite());
        facts.put("bytesSealed", link.stats().bytesSealed());
        facts.put("wireBytes", link.stats().wireBytesOut());
      }
    }
    return Console.toJson(facts);
  }
}

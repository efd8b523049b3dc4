package dev.parley.cli;

import dev.parley.AgentId;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.PeerAddress;
import dev.parley.SendOptions;
import dev.parley.node.AgentNode;
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
 * One agent of the demo, in a process of its own. It prints the address where it listens, then does
 * what each line of standard input says and answers with one line; it ends with its input, so that
 * it never outlives the demo.
 */
@Command(name = "demo-agent", hidden = true, description = "One agent of the demo.")
final class DemoAgentCommand extends CliCommand {
  static final String BID_ROUTE = "auction/bid";
  static final String SLOW_ROUTE = "auction/slow";

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration SHORT = Duration.ofMillis(500);
  private static final int MAX_BIDDERS = 100;

  @Option(names = "--bidder", description = "Bids, and does not open the house.")
  boolean bidder;

  private @Nullable PeerAddress house;
  private final Map<AgentId, String> bids = new ConcurrentHashMap<>();

  DemoAgentCommand(Console console, Settings settings) {
    super(console, settings);
  }

  @Override
  int run() throws IOException {
    AgentNode.Builder builder =
        AgentNode.builder().identity(Identity.generate()).network("parley-demo");
    if (!bidder) {
      builder.listen("127.0.0.1", 0).receive(BID_ROUTE, this::bid);
      builder.receive(SLOW_ROUTE, in -> Mono.never());
    }
    try (AgentNode node = Objects.requireNonNull(builder.start().block());
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8))) {
      say(bidder ? "ready" : node.id() + "@" + node.addresses().get(0));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int space = line.indexOf(' ');
        say(obey(node, line.substring(0, space), line.substring(space + 1)));
      }
    }
    return ExitCode.OK;
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

  private String obey(AgentNode node, String verb, String rest) {
    return switch (verb) {
      case "join" -> join(node, PeerAddress.parse(rest));
      case "bids" -> "the house holds " + bids.size() + " sealed bids";
      case "bid" -> send(node, house(), BID_ROUTE, rest, PATIENCE);
      case "slow" -> send(node, house(), SLOW_ROUTE, rest, SHORT);
      case "to" -> {
        PeerAddress peer = PeerAddress.parse(rest);
        node.addressBook().add(peer);
        yield send(node, peer, BID_ROUTE, "a bid that must not arrive", PATIENCE);
      }
      case "measure" -> measure(node, Integer.parseInt(rest));
      default -> throw new IllegalArgumentException("unknown verb " + verb);
    };
  }

  private String join(AgentNode node, PeerAddress where) {
    house = where;
    node.addressBook().add(where);
    return "as " + node.id().toShortString();
  }

  private PeerAddress house() {
    return Objects.requireNonNull(house, "house");
  }

  private static String send(
      AgentNode node, PeerAddress to, String route, String text, Duration timeout) {
    long start = System.nanoTime();
    try {
      SendOptions options = SendOptions.timeout(timeout).route(route);
      String answer = node.sendNow(to.id(), Message.text(text), options).text();
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

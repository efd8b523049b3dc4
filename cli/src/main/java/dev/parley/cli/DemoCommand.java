package dev.parley.cli;

import dev.parley.Identity;
import dev.parley.PeerAddress;
import dev.parley.cli.options.Settings;
import dev.parley.cli.options.VersionText;
import dev.parley.cli.output.CliException;
import dev.parley.cli.output.Console;
import dev.parley.cli.output.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code parley demo}: a silent auction between agents, each in a process of its own. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    header = "Plays a silent auction between processes on this machine.",
    footer = {"  parley demo", "  parley demo --nodes 20"})
final class DemoCommand extends CliCommand {
  private static final int MAX_MESSAGES = 100_000;
  private static final int MIN_NODES = 3;
  private static final int MAX_NODES = 50;

  @Option(
      names = "--messages",
      paramLabel = "N",
      description = "Messages per bidder to measure, 1..100000; default 300.")
  int messages = 300;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "Nodes of the network, house and bidders included, 3..50; default 3.")
  int nodes = 3;

  private final List<DemoProcess> processes = new CopyOnWriteArrayList<>();
  private final Map<String, Object> story = new LinkedHashMap<>();

  DemoCommand(Console console, Settings settings) {
    super(console, settings);
  }

  @Override
  int run() throws Exception {
    if (messages < 1 || messages > MAX_MESSAGES) {
      throw CliException.usage("--messages is " + messages + ", must be 1.." + MAX_MESSAGES);
    }
    if (nodes < MIN_NODES || nodes > MAX_NODES) {
      throw CliException.usage("--nodes is " + nodes + ", must be " + MIN_NODES + ".." + MAX_NODES);
    }
    Thread onSignal = new Thread(() -> processes.forEach(DemoProcess::kill), "parley-demo-end");
    Runtime.getRuntime().addShutdownHook(onSignal);
    try {
      play();
    } finally {
      processes.forEach(DemoProcess::close);
    }
    Runtime.getRuntime().removeShutdownHook(onSignal);
    if (output.isJson()) {
      console.json(story);
    }
    return ExitCode.OK;
  }

  private DemoProcess start(String... args) throws IOException {
    DemoProcess started = DemoProcess.start(List.of(args));
    processes.add(started);
    return started;
  }

  private void play() throws IOException, InterruptedException {
    title("A silent auction between " + nodes + " processes, no server among them");
    DemoProcess house = start("--house");
    List<DemoProcess> others = new ArrayList<>();
    for (int i = 1; i < nodes; i++) {
      others.add(start());
    }
    DemoProcess ann = others.get(0);
    DemoProcess bob = others.get(1);
    PeerAddress where = PeerAddress.parse(house.answer());
    tell("house", "opens", "listens at " + where.address() + " as " + where.id().toShortString());
    String annsId = ann.answer();
    String bobsId = bob.answer();
    joinAll(others, where);
    ann.tell("bid $50 on the clown");
    bob.tell("bid $70 on the clown");
    tell("ann", "bids", ann.answer());
    tell("bob", "bids", bob.answer());
    tell("house", "counts", house.ask("bids now"));

    title("Ann knows Bob's key and nothing else");
    tell("ann", "finds bob", ann.ask("find " + bobsId));
    tell("ann", "again", ann.ask("hello " + bobsId) + ", over the open link");
    tell("bob", "restarts", bob.ask("restart now"));
    tell("ann", "finds bob again", ann.ask("hello " + bobsId));

    title("What goes wrong is told, not waited for");
    String stranger = Identity.generate().id().toString();
    tell("ann", "unknown agent", ann.ask("hello " + stranger));
    tell("ann", "wrong key", ann.ask("to " + Identity.generate().id() + "@" + where.address()));
    tell(
        "ann",
        "offline peer",
        ann.ask("to " + Identity.generate().id() + "@127.0.0.1:" + freePort()));
    tell("bob", "slow handler", bob.ask("slow waits 500 ms"));

    title("Measured: both at once, each awaits one answer before it sends the next");
    row("agent", "messages", "p50", "p99", "bytes sealed", "bytes out", "suite");
    ann.tell("measure " + messages);
    bob.tell("measure " + messages);
    measured("ann", ann);
    measured("bob", bob);

    title("Ann leaves");
    tell("ann", "says so", ann.ask("leave now"));
    tell("bob", "asks for ann", bob.ask("hello " + annsId));
  }

  private void joinAll(List<DemoProcess> others, PeerAddress where)
      throws IOException, InterruptedException {
    for (DemoProcess other : others) {
      if (other != others.get(0) && other != others.get(1)) {
        String unused = other.answer();
      }
      other.tell("join " + where);
    }
    tell("ann", "joins", others.get(0).answer());
    tell("bob", "joins", others.get(1).answer());
    for (DemoProcess other : others.subList(2, others.size())) {
      String unused = other.answer();
    }
    if (others.size() > 2) {
      tell("others", "join", (others.size() - 2) + " more nodes");
    }
  }

  private void measured(String name, DemoProcess bidder) throws IOException, InterruptedException {
    JsonNode facts = JsonMapper.builder().build().readTree(bidder.answer());
    story.put(name + " measured", facts);
    row(
        name,
        facts.path("messages").asString(),
        micros(facts.path("p50Micros").asLong()),
        micros(facts.path("p99Micros").asLong()),
        facts.path("bytesSealed").asString(),
        facts.path("wireBytes").asString(),
        facts.path("suite").asString());
  }

  private static String micros(long micros) {
    return String.format(Locale.ROOT, "%.2f ms", micros / 1000.0);
  }

  /** A port where nobody listens, unless another program takes it at this moment. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void title(String text) {
    print("\n" + text);
  }

  private void tell(String who, String does, String result) {
    story.put(who + " " + does, result);
    print("  %-6s %-16s %s".formatted(who, does, result));
  }

  private void row(
      String agent, String count, String p50, String p99, String sealed, String out, String suite) {
    print(
        "  %-8s %9s %10s %10s %13s %12s  %s".formatted(agent, count, p50, p99, sealed, out, suite));
  }

  private void print(String line) {
    if (!output.isJson()) {
      console.line(line);
    }
  }
}

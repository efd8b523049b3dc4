package dev.parley.benchmarks.compare;

import dev.parley.benchmarks.Jvm;
import dev.parley.benchmarks.peers.Keys;
import dev.parley.benchmarks.peers.Peers;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs peers side by side and tells what came out. */
@Command(
    name = "benchmarks/run",
    mixinStandardHelpOptions = true,
    description = {
      "Measures Parley beside other libraries, each as a pair of processes, on the same work in"
          + " turn.",
      "",
      "quick  under 4 minutes: enough to see an order of magnitude",
      "full   about three quarters of an hour: three times anew",
      "gate   fails when Parley is below 0.8 of a budget; ends with 75 where it is, but the"
          + " hypervisor gave much of the time to others",
      "scale  by payload, requests in flight and streams, about 2 minutes; see plot --scaling"
    })
public final class Compare implements Callable<Integer> {
  /** How much is measured. */
  enum Plan {
    /** A first look. */
    QUICK(1, 12, Duration.ofSeconds(8), Duration.ZERO, Duration.ofMillis(100)),
    /** For figures to be shown. */
    FULL(3, 5, Duration.ofSeconds(12), Duration.ofSeconds(15), Duration.ofMillis(600)),
    /** Ours and those that budgets name. */
    GATE(1, 8, Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofMillis(600)),
    /** Ours and rsocket-java, by payload, requests in flight and streams. */
    SCALE(1, 15, Duration.ofSeconds(25), Duration.ZERO, Duration.ofMillis(60));

    private final int forks;
    private final int turns;
    private final Duration warmUp;
    private final Duration warmUpOfFirsts;
    private final Duration turn;

    /**
     * @param warmUpOfFirsts on top for cells with a connection for each request, of which a second
     *     has so few that the compiler is not done with them before
     */
    Plan(int forks, int turns, Duration warmUp, Duration warmUpOfFirsts, Duration turn) {
      this.forks = forks;
      this.turns = turns;
      this.warmUp = warmUp;
      this.warmUpOfFirsts = warmUpOfFirsts;
      this.turn = turn;
    }
  }

  private static final List<String> JAVA =
      Jvm.command("-Xmx1g", "-Dio.netty.allocator.type=pooled");
  private static final int FAILED = 1;

  /** EX_TEMPFAIL of sysexits.h: nothing can be said now. */
  private static final int INCONCLUSIVE = 75;

  private static final double MAX_STOLEN = 0.05;
  private static final int TURNS_A_LINE = 10;

  /** A stream needs a while to open its window. */
  private static final int STREAM_TURNS = 3;

  private static final long START = System.nanoTime();

  @Parameters(paramLabel = "quick|full|gate|scale", description = "How much is measured.")
  private Plan plan = Plan.QUICK;

  @Option(
      names = "--peers",
      split = ",",
      paramLabel = "NAME",
      description = "Only these peers. All: ${COMPLETION-CANDIDATES}.",
      completionCandidates = PeerNames.class)
  private List<String> peers = List.of();

  @Option(
      names = "--cells",
      split = ",",
      paramLabel = "CELL",
      description = "Only these cells, as they are named in the tables (32Bx256).")
  private List<String> cells = List.of();

  @Option(names = "--forks", paramLabel = "N", description = "How often all start anew.")
  private int forks;

  @Option(names = "--turn", paramLabel = "MS", description = "How long a turn of a peer takes.")
  private int turnMillis;

  @Option(names = "--turns", paramLabel = "N", description = "Turns that count, of each fork.")
  private int turnsWanted;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description = "Load that each peer gets before turns count, over all cells.")
  private int warmUpSeconds;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Where the lines of JSON go. Default: side-by-side-jdkN.jsonl, or scale-jdkN.jsonl, in"
              + " benchmarks/target.")
  private Path out = Path.of("");

  private final Turns turns = new Turns();
  private final StolenTime stolen = new StolenTime();
  private final List<String> skipped = new ArrayList<>();
  private final Map<String, String> failed = new LinkedHashMap<>();
  private final PrintStream err = System.err;

  /** The names for the help text. */
  static final class PeerNames extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    PeerNames() {
      super(Peers.names());
    }
  }

  private Compare() {}

  /** Runs it, and ends the process. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Compare()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    List<String> chosen = choosePeers();
    List<Cell> work = chooseCells();
    Path directory = Files.createTempDirectory("parley-side-by-side");
    Keys.in(directory);
    int forkCount = forks > 0 ? forks : plan.forks;
    Map<String, String> transports = new LinkedHashMap<>();
    for (int fork = 0; fork < forkCount; fork++) {
      fork(fork, forkCount, chosen, work, directory, transports);
    }
    if (out.toString().isEmpty()) {
      out =
          Path.of(
              System.getProperty("parley.benchmarks.out", ""),
              (plan == Plan.SCALE ? "scale-jdk" : "side-by-side-jdk")
                  + Runtime.version().feature()
                  + ".jsonl");
    }
    return tell(forkCount, transports);
  }

  private List<String> choosePeers() {
    List<String> wanted = new ArrayList<>(peers);
    if (wanted.isEmpty() && plan == Plan.SCALE) {
      wanted.addAll(List.of(Budget.US, "rsocket"));
    } else if (wanted.isEmpty()) {
      wanted.addAll(Peers.names());
      wanted.removeIf(name -> name.startsWith(Budget.US + "-"));
      if (plan == Plan.GATE) {
        wanted.removeIf(
            name ->
                !name.equals(Budget.US)
                    && Budget.ALL.stream().noneMatch(b -> b.against().equals(name)));
      }
    }
    List<String> chosen = new ArrayList<>();
    for (String name : wanted) {
      String missing = Peers.named(name).missing();
      if (missing == null) {
        chosen.add(name);
      } else {
        skipped.add(name + ": " + missing);
      }
    }
    return chosen;
  }

  private List<Cell> chooseCells() {
    if (cells.isEmpty()) {
      if (plan == Plan.SCALE) {
        return Scaling.CELLS;
      }
      return plan == Plan.FULL ? Budget.ALL_CELLS : Budget.CELLS;
    }
    return cells.stream().map(Compare::cell).toList();
  }

  private static Cell cell(String label) {
    List<Cell> known =
        Stream.concat(Budget.ALL_CELLS.stream(), Scaling.CELLS.stream()).distinct().toList();
    return known.stream()
        .filter(cell -> cell.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no cell "
                        + label
                        + "; there are "
                        + known.stream().map(Cell::label).toList()));
  }

  private void fork(
      int fork,
      int forkCount,
      List<String> chosen,
      List<Cell> work,
      Path directory,
      Map<String, String> transports) {
    Map<String, PeerProcesses> running = new LinkedHashMap<>();
    try {
      for (String name : chosen) {
        say("%s: starting", name);
        attempt(
            name,
            () -> {
              PeerProcesses processes = new PeerProcesses(name, directory, JAVA);
              running.put(name, processes);
              transports.put(name, processes.transport());
            });
      }
      warmUp(running, work);
      int count = turnCount();
      for (int turn = 0; turn <= count; turn++) { // the first is dropped
        List<String> order = new ArrayList<>(running.keySet());
        Collections.rotate(order, turn); // nobody is always behind the same one
        if (turn % TURNS_A_LINE == 0) {
          say("fork %d/%d, turn %d/%d", fork + 1, forkCount, turn, count);
        }
        for (Cell cell : work) {
          for (String name : order) {
            if (!isWanted(name, cell)) {
              continue;
            }
            int number = fork * (count + 1) + turn;
            boolean counts = turn > 0;
            attempt(name, () -> turn(running, name, cell, number, counts));
          }
        }
      }
    } finally {
      running.values().forEach(PeerProcesses::close);
    }
  }

  /** The gate does what budgets speak of, and no more. */
  private boolean isWanted(String peer, Cell cell) {
    return plan != Plan.GATE
        || peer.equals(Budget.US)
        || Budget.ALL.stream().anyMatch(b -> b.cell().equals(cell) && b.against().equals(peer));
  }

  private int turnCount() {
    return turnsWanted > 0 ? turnsWanted : plan.turns;
  }

  private Duration length(Cell cell) {
    Duration turn = turnMillis > 0 ? Duration.ofMillis(turnMillis) : plan.turn;
    return cell.kind().hasStream() ? turn.multipliedBy(STREAM_TURNS) : turn;
  }

  private void turn(
      Map<String, PeerProcesses> running, String name, Cell cell, int number, boolean counts)
      throws IOException {
    PeerProcesses processes = running.get(name);
    if (processes != null && can(name, cell)) {
      Sample sample = processes.run(cell, length(cell));
      if (counts) {
        turns.add(cell, name, number, sample);
      }
    }
  }

  private void warmUp(Map<String, PeerProcesses> running, List<Cell> work) {
    Duration all = warmUpSeconds > 0 ? Duration.ofSeconds(warmUpSeconds) : plan.warmUp;
    Duration ofFirsts = warmUpSeconds > 0 ? Duration.ZERO : plan.warmUpOfFirsts;
    for (String name : List.copyOf(running.keySet())) {
      say("%s: warming up", name);
      List<Cell> own =
          work.stream().filter(cell -> isWanted(name, cell) && can(name, cell)).toList();
      int firsts = (int) own.stream().filter(cell -> cell.kind() == Cell.Kind.FIRST).count();
      for (Cell cell : own) {
        Duration share = all.dividedBy(own.size());
        Duration length =
            cell.kind() == Cell.Kind.FIRST ? share.plus(ofFirsts.dividedBy(firsts)) : share;
        attempt(
            name,
            () -> {
              PeerProcesses processes = running.get(name);
              if (processes != null) {
                processes.run(cell, length);
              }
            });
      }
    }
  }

  private static boolean can(String name, Cell cell) {
    return cell.kind().isFor(Peers.named(name));
  }

  /** What can fail for one peer without ending the run. */
  private interface Step {
    void run() throws IOException;
  }

  private void attempt(String name, Step step) {
    if (failed.containsKey(name)) {
      return;
    }
    try {
      step.run();
    } catch (IOException e) {
      failed.put(name, String.valueOf(e.getMessage()));
    }
  }

  private int tell(int forkCount, Map<String, String> transports) throws IOException {
    PrintStream to = System.out;
    to.printf(
        "%s, JDK %s, %s processors, %s%n",
        plan.name().toLowerCase(Locale.ROOT),
        Runtime.version(),
        Runtime.getRuntime().availableProcessors(),
        PeerProcesses.canPin() ? "server and client pinned to one each" : "nothing pinned");
    to.printf("%d × %d turns; medians; ratios are made within turns%n", forkCount, turnCount());
    transports.forEach((name, transport) -> to.printf("- %s: %s%n", name, transport));
    skipped.forEach(reason -> to.printf("- skipped %s%n", reason));
    failed.forEach((name, reason) -> to.printf("- FAILED %s: %s%n", name, reason));
    double lost = stolen.share().orElse(0);
    if (lost > MAX_STOLEN) {
      to.printf(
          Locale.ROOT,
          "- NOT TO BE TRUSTED: the hypervisor took %.0f %% of the time that was wanted%n",
          100 * lost);
    }
    Report report = new Report(turns, Runtime.version().feature());
    report.cells(to);
    report.beside(to);
    boolean met = report.budgets(to, plan == Plan.GATE ? Budget.FLOOR : 1);
    Path parent = out.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.write(out, (Iterable<String>) report.json()::iterator, StandardCharsets.UTF_8);
    to.printf("%nLines of JSON: %s%n", out);
    if (!failed.isEmpty()) {
      return FAILED;
    }
    return plan != Plan.GATE || met ? 0 : lost > MAX_STOLEN ? INCONCLUSIVE : FAILED;
  }

  private void say(String format, Object... values) {
    err.printf(
        "[%s] %s%n",
        Duration.ofSeconds((System.nanoTime() - START) / 1_000_000_000),
        String.format(format, values));
  }
}

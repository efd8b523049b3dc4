package dev.parley.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

/**
 * A network of real nodes over loopback sockets, in three processes: it triples within a minute,
 * then a third of it is killed; meanwhile everybody sends to everybody who has said to be online.
 *
 * <p>{@code -Dparley.network.nodes=300}, {@code -Dparley.network.rate=20} sends a second of each
 * process.
 */
class RealNetworkNightly {
  private static final Logger log = LoggerFactory.getLogger(RealNetworkNightly.class);
  private static final Duration GROWTH = Duration.ofSeconds(60);
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Duration SPELL = Duration.ofSeconds(40);
  private static final int NODES = Integer.getInteger("parley.network.nodes", 300);
  private static final int RATE = Integer.getInteger("parley.network.rate", 20);

  private final List<Member> members = new ArrayList<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger online = new AtomicInteger();
  private final AtomicInteger sent = new AtomicInteger();

  /** A process of the network. */
  private final class Member {
    final Process process;
    final Writer in;
    final BlockingQueue<String> at = new LinkedBlockingQueue<>();
    final Queue<String> ids = new ConcurrentLinkedQueue<>();
    private final Thread reader = new Thread(this::read);

    Member(int nodes, int seconds, String seed) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx1g",
                  "-XX:+UseSerialGC",
                  "-Dlogback.configurationFile=none.xml",
                  "-cp",
                  System.getProperty("java.class.path"),
                  NetworkProcess.class.getName(),
                  Integer.toString(nodes),
                  Integer.toString(seconds),
                  Integer.toString(RATE),
                  seed)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      in =
          new BufferedWriter(
              new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
      members.add(this);
      reader.start();
    }

    private void read() {
      try (BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          said(line);
        }
      } catch (IOException e) {
        log.debug("a process was killed", e);
      }
    }

    private void said(String line) {
      if (line.startsWith("AT ")) {
        at.add(line.substring(3));
      } else if (line.startsWith("ONLINE ")) {
        ids.add(line.substring(7));
        online.incrementAndGet();
        tell("FIND " + line.substring(7));
      } else if (line.startsWith("FAILED ")) {
        failures.add(line);
      } else if (line.startsWith("SENT ")) {
        sent.addAndGet(Integer.parseInt(line.substring(5)));
      }
    }

    void end() throws Exception {
      in.close();
      assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      reader.join();
    }
  }

  private synchronized void tell(String line) {
    for (Member member : List.copyOf(members)) {
      try {
        member.in.write(line + "\n");
        member.in.flush();
      } catch (IOException e) {
        log.debug("a process was killed", e);
      }
    }
  }

  @AfterEach
  void kill() {
    members.forEach(member -> member.process.destroyForcibly());
  }

  private static void wait(Duration time) {
    Flux.interval(time).blockFirst();
  }

  @Test
  void whoIsOnlineIsFoundWhileTheNetworkTriplesAndAThirdIsKilled() throws Exception {
    Member first = new Member(NODES / 3, 20, "-");
    String seed = first.at.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
    Flux.interval(Duration.ofMillis(100)).filter(i -> online.get() >= NODES / 3).blockFirst(LIMIT);
    Member second = new Member(NODES / 3, (int) GROWTH.toSeconds(), seed);
    Member third = new Member(NODES / 3, (int) GROWTH.toSeconds(), seed);
    tellAllOf(first);
    Flux.interval(Duration.ofMillis(100))
        .filter(i -> online.get() >= NODES / 3 * 3)
        .blockFirst(LIMIT);
    wait(SPELL);
    int grown = failures.size();

    members.remove(third);
    third.ids.forEach(id -> tell("FORGET " + id));
    third.process.destroyForcibly();
    wait(SPELL);
    first.end();
    second.end();

    failures.stream().limit(50).forEach(log::info);
    log.info(
        "{} nodes, {} sends of the two processes that were left; {} failed of all, {} of them before"
            + " the third was killed",
        online,
        sent,
        failures.size(),
        grown);
    assertThat(sent.get()).isGreaterThan(1000);
    assertThat(failures.size()).isLessThanOrEqualTo(sent.get() / 10_000);
  }

  private synchronized void tellAllOf(Member first) {
    first.ids.forEach(id -> tell("FIND " + id));
  }
}

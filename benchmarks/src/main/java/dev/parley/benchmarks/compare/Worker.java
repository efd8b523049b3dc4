package dev.parley.benchmarks.compare;

import dev.parley.benchmarks.peers.EchoClient;
import dev.parley.benchmarks.peers.EchoServer;
import dev.parley.benchmarks.peers.Keys;
import dev.parley.benchmarks.peers.Peer;
import dev.parley.benchmarks.peers.Peers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * One side of a peer, in a process of its own: {@code serve PEER KEYS} or {@code call PEER KEYS
 * ADDRESS}. It says READY and then obeys its standard input until that ends.
 */
public final class Worker {
  static final String READY = "READY ";
  static final String DONE = "DONE ";

  private Worker() {}

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    PrintStream out = System.out;
    System.setOut(System.err); // what a library prints must not be taken for an answer
    Peer peer = Peers.named(args[1]);
    Keys keys = Keys.in(Path.of(args[2]));
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    if (args[0].equals("serve")) {
      serve(peer, keys, in, out);
    } else {
      call(peer, keys, args[3], in, out);
    }
    System.exit(0);
  }

  private static void serve(Peer peer, Keys keys, BufferedReader in, PrintStream out)
      throws Exception {
    try (EchoServer server = peer.serve(keys)) {
      say(out, READY + server.address());
      while (in.readLine() != null) {
        // nothing is asked of a server
      }
    }
  }

  private static void call(Peer peer, Keys keys, String address, BufferedReader in, PrintStream out)
      throws Exception {
    Map<Integer, EchoClient> clients = new HashMap<>(); // by size of the data
    try {
      say(out, READY + client(clients, peer, keys, address, 32).transport());
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ", -1);
        Cell cell = Cell.decode(words[0]);
        EchoClient client = client(clients, peer, keys, address, cell.bytes());
        Sample sample = Load.run(client, cell, Duration.ofMillis(Long.parseLong(words[1])));
        say(out, DONE + sample.encode());
      }
    } finally {
      clients.values().forEach(EchoClient::close);
    }
  }

  private static EchoClient client(
      Map<Integer, EchoClient> clients, Peer peer, Keys keys, String address, int bytes)
      throws Exception {
    EchoClient client = clients.get(bytes);
    if (client == null) {
      byte[] data = new byte[bytes];
      new SplittableRandom(1).nextBytes(data);
      client = peer.connect(address, data, keys);
      clients.put(bytes, client);
    }
    return client;
  }

  private static void say(PrintStream out, String line) throws IOException {
    out.println(line);
    if (out.checkError()) {
      throw new IOException("nobody listens");
    }
  }
}

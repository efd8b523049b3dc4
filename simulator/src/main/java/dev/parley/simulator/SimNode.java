package dev.parley.simulator;

import dev.parley.dht.life.KademliaNode;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A host with one DHT node on it, which may be down. */
final class SimNode {
  /** Before this many seconds a silent peer's link still looks open. */
  static final long KEEPALIVE_NANOS = 45_000_000_000L;

  final int index;
  final NodeKey key;
  final LatencyModel.Place place;
  final SimRandom latency;
  private Contact contact;
  private @Nullable KademliaNode node;
  private boolean up;
  private int session;
  private long downSinceNanos;
  private @Nullable Adversary adversary;
  private boolean client;
  private boolean slow;
  private boolean otherSide;
  private long clockOffsetMillis;
  private Consumer<NodeKey> linkListener = key -> {};
  long bytesIn;
  long bytesOut;

  /** Requests of this session that have not ended. */
  int outstanding;

  SimNode(int index, NodeKey key, IpEndpoint address, LatencyModel.Place place, SimRandom latency) {
    this.index = index;
    this.key = key;
    this.place = place;
    this.latency = latency;
    this.contact = new Contact(key, List.of(address));
  }

  void onLinkChange(Consumer<NodeKey> listener) {
    linkListener = listener;
  }

  void linkChanged(SimNode peer) {
    if (up) {
      linkListener.accept(peer.key);
    }
  }

  Contact contact() {
    return contact;
  }

  IpEndpoint address() {
    return contact.address();
  }

  void moveTo(IpEndpoint address) {
    contact = new Contact(key, List.of(address));
  }

  boolean isUp() {
    return up;
  }

  int session() {
    return session;
  }

  @Nullable KademliaNode node() {
    return node;
  }

  KademliaNode running() {
    KademliaNode running = node;
    if (running == null) {
      throw new IllegalStateException("node " + index + " is down");
    }
    return running;
  }

  void boot(KademliaNode started) {
    node = started;
    up = true;
    session++;
    outstanding = 0;
  }

  void crash(long now) {
    up = false;
    node = null;
    downSinceNanos = now;
  }

  /** Whether a link to this session still looks open to the other side. */
  boolean seemsUp(int ofSession, long now) {
    return ofSession == session && (up || now - downSinceNanos < KEEPALIVE_NANOS);
  }

  boolean hasAddress(Contact other) {
    return other.equals(contact) || other.addresses().contains(contact.address());
  }

  @Nullable Adversary adversary() {
    return adversary;
  }

  void turn(Adversary into) {
    adversary = into;
  }

  boolean isHonest() {
    return adversary == null;
  }

  /** Whether nobody can dial it, so that it only asks. */
  boolean isClient() {
    return client;
  }

  void makeClient() {
    client = true;
  }

  /** Whether it takes long to answer. */
  boolean isSlow() {
    return slow;
  }

  void slowDown() {
    slow = true;
  }

  /** On which side of a split network it is. */
  boolean isOnOtherSide() {
    return otherSide;
  }

  void setSide(boolean other) {
    otherSide = other;
  }

  /** How far its clock is off. */
  long clockOffsetMillis() {
    return clockOffsetMillis;
  }

  void shiftClock(long millis) {
    clockOffsetMillis = millis;
  }
}

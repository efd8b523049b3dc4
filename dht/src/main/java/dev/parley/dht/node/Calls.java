package dev.parley.dht.node;

import dev.parley.dht.port.CallOptions;
import dev.parley.dht.port.DhtRpcException;
import dev.parley.dht.table.ColdCost;
import dev.parley.dht.table.RoutingTable;
import dev.parley.dht.table.TableEntry;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtCodec;
import dev.parley.dht.wire.DhtRequest;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;

/**
 * Sends requests and learns from how they end: round-trip times, who is alive, which address others
 * see. A cancelled request teaches nothing, and is no failure.
 */
public final class Calls {
  /** Hears how a request ended; called on the node's worker. */
  public interface Reply {
    void answered(DhtAnswer answer);

    void failed(DhtRpcException why);
  }

  private final NodeCore core;
  private Reachability reachability;
  private int inFlight;

  @SuppressWarnings("NullAway") // set before the first call, see KademliaNode
  public Calls(NodeCore core) {
    this.core = core;
    core.onRestart(this::restarted);
  }

  /** A contact that was restarted knows nobody, and holds no listings. */
  private void restarted(TableEntry entry) {
    core.noteNewcomer(entry.contact());
    if (core.isServer()) {
      introduce(entry.contact());
      entry.introduced(core.now());
    }
  }

  public void observe(Reachability who) {
    reachability = who;
  }

  public int inFlight() {
    return inFlight;
  }

  public Disposable call(Contact to, DhtRequest request, Reply reply) {
    return call(to, request, CallOptions.Route.ANY, core.hardNanos(to), reply);
  }

  public Disposable call(
      Contact to, DhtRequest request, CallOptions.Route route, long timeoutNanos, Reply reply) {
    return start(new Call(to, request, route, Kind.PLAIN, reply), timeoutNanos);
  }

  private Disposable start(Call call, long timeoutNanos) {
    inFlight++;
    if (call.isBudgeted() && !core.tryDial(call.to)) {
      core.execute(call::refuse);
      return call;
    }
    core.env
        .rpc()
        .call(call.to, call.request, new CallOptions(timeoutNanos, call.route))
        .subscribe(call);
    return call;
  }

  /** Dials a contact that has just told us of itself, so that it need not be told of us. */
  public void verify(Contact contact, Reply reply) {
    DhtRequest find = new DhtRequest.Find(core.self.id(), 1);
    Call call = new Call(contact, find, CallOptions.Route.FRESH_DIAL, Kind.VERIFICATION, reply);
    start(call, core.options.lookups().coldTimeout().toNanos());
  }

  /**
   * Dials a contact that the user or an earlier run named; whoever calls keeps a pace itself. A
   * link that came up after an earlier attempt had given up does not count as the contact's own.
   */
  public void dialSeed(Contact contact, Reply reply) {
    Call call =
        new Call(contact, new DhtRequest.Ping(), CallOptions.Route.FRESH_DIAL, Kind.SEED, reply);
    start(call, core.options.lookups().coldTimeout().toNanos());
  }

  /**
   * Asks a contact that was lost, or never in the table, for our own neighbourhood, at a pace that
   * whoever calls keeps.
   */
  public void askAgain(Contact contact, Reply reply) {
    DhtRequest find = new DhtRequest.Find(core.self.id(), DhtRequest.MAX_CONTACTS);
    Call call = new Call(contact, find, CallOptions.Route.FRESH_DIAL, Kind.SEED, reply);
    start(call, core.options.lookups().coldTimeout().toNanos());
  }

  private enum Kind {
    PLAIN,
    VERIFICATION,
    SEED
  }

  private final class Call implements CoreSubscriber<DhtAnswer>, Disposable {
    private final Contact to;
    private final DhtRequest request;
    private final CallOptions.Route route;
    private final Reply reply;
    private final Kind kind;
    private final boolean warm;
    private final long startNanos;
    private volatile @Nullable Subscription subscription;
    private volatile boolean heard;
    private boolean ended; // worker only

    Call(Contact to, DhtRequest request, CallOptions.Route route, Kind kind, Reply reply) {
      this.to = to;
      this.request = request;
      this.route = route;
      this.kind = kind;
      this.reply = reply;
      this.warm = route != CallOptions.Route.FRESH_DIAL && core.isWarm(to.key());
      this.startNanos = core.now();
    }

    @Override
    public void onSubscribe(Subscription s) {
      subscription = s;
      s.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(DhtAnswer answer) {
      heard = true;
      core.execute(() -> succeed(answer));
    }

    @Override
    public void onError(Throwable error) {
      DhtRpcException why =
          error instanceof DhtRpcException known
              ? known
              : new DhtRpcException(DhtRpcException.Kind.LOST);
      core.execute(() -> fail(why));
    }

    @Override
    public void onComplete() {
      if (!heard) { // against the port's contract
        core.execute(() -> fail(new DhtRpcException(DhtRpcException.Kind.LOST)));
      }
    }

    boolean isBudgeted() {
      return kind != Kind.SEED && isDialled();
    }

    private boolean isDialled() {
      return !warm && route != CallOptions.Route.OPEN_LINK;
    }

    /** Ends it before it began, which says nothing of the contact. */
    void refuse() {
      if (end()) {
        reply.failed(new DhtRpcException(DhtRpcException.Kind.UNREACHABLE));
      }
    }

    private boolean end() {
      if (ended) {
        return false;
      }
      ended = true;
      inFlight--;
      return true;
    }

    private void succeed(DhtAnswer answer) {
      if (end()) {
        long nanos = core.now() - startNanos;
        learn(answer, nanos);
        String outcome = answer instanceof DhtAnswer.Refused ? "refused" : "ok";
        core.telemetry.called(request.op(), warm, nanos, outcome);
        reply.answered(answer);
      }
    }

    private void learn(DhtAnswer answer, long nanos) {
      double millis = nanos / 1e6;
      core.noteSuccess(to.key());
      if (isDialled()) {
        core.reached(to);
      }
      if (isMeasure()) {
        core.rtts.add(warm ? millis : millis / ColdCost.ROUND_TRIPS);
      }
      boolean refusesAll =
          answer instanceof DhtAnswer.Refused r && r.refusal() == DhtAnswer.Refusal.CLIENT_ONLY;
      TableEntry entry = core.table.get(to.key());
      if (refusesAll) {
        core.table.remove(to.key());
        entry = null;
      } else if (!warm || entry != null) {
        admit(millis);
        entry = entry == null ? core.table.get(to.key()) : entry;
      }
      if (entry != null && !warm && core.isServer() && request.op() != DhtRequest.Op.HELLO) {
        introduce(entry);
      }
      if (answer instanceof DhtAnswer.Pong pong) {
        if (entry != null) {
          entry.saysUp(pong.uptimeMinutes(), core.now());
        }
        reachability.seenAs(to, pong.observed());
      } else if (answer instanceof DhtAnswer.Hello hello) {
        reachability.seenAs(to, hello.observed());
        if (!hello.hello().server()) {
          core.table.remove(to.key());
        }
      }
    }

    /**
     * Tells a node that we just dialled who we are, unless it knows, or our own bucket for it is
     * full: then its bucket for us, which covers as large a part of the network, likely is too.
     */
    private void introduce(TableEntry entry) {
      if (kind == Kind.VERIFICATION) {
        entry.introduced(core.now()); // by its own doing
      } else if (core.isIntroductionDue(entry)) {
        Calls.this.introduce(to);
        entry.introduced(core.now());
      }
    }

    /** A peer over a link that it opened itself has not shown that it can be dialled. */
    private void admit(double millis) {
      RoutingTable.Admission admission = core.admit(to, isMeasure() ? millis : -1, warm);
      if (admission == RoutingTable.Admission.ADDED) {
        core.noteNewcomer(to);
      }
    }

    /** Whether the time of the answer is the contact's own, and not also that of others. */
    private boolean isMeasure() {
      boolean waitsForOthers = request.op() == DhtRequest.Op.DIALBACK || isRelayed();
      return !waitsForOthers && route != CallOptions.Route.FRESH_DIAL;
    }

    private boolean isRelayed() {
      return request instanceof DhtRequest.Get get && get.ttl() > 0;
    }

    /** Neither a relay that waits in vain nor a link that was closed says that a node is gone. */
    private boolean isBlamed(DhtRpcException why) {
      boolean hadNoLink =
          route == CallOptions.Route.OPEN_LINK && why.kind() == DhtRpcException.Kind.UNREACHABLE;
      return !isRelayed() && !hadNoLink;
    }

    private void fail(DhtRpcException why) {
      if (end()) {
        if (isBlamed(why)) {
          core.noteFailure(to.key());
          if (core.table.failed(to.key(), why.isHard(), core.now())) {
            core.lost.add(to);
          }
        }
        core.telemetry.called(request.op(), warm, core.now() - startNanos, why.kind().name());
        reply.failed(why);
      }
    }

    @Override
    public void dispose() {
      if (end()) {
        Subscription s = subscription;
        if (s != null) {
          s.cancel();
        }
      }
    }

    @Override
    public boolean isDisposed() {
      return ended;
    }
  }

  /** Tells a node with which there is a link who we are, so that it may dial us. */
  public void introduce(Contact to) {
    DhtRequest.Hello hello = hello();
    call(
        to,
        hello,
        CallOptions.Route.OPEN_LINK,
        core.options.lookups().warmTimeout().toNanos(),
        IGNORED);
  }

  public DhtRequest.Hello hello() {
    return new DhtRequest.Hello(
        DhtCodec.networkTag(core.env.network()), core.isServer(), 0, core.listen(), 0);
  }

  public static final Reply IGNORED =
      new Reply() {
        @Override
        public void answered(DhtAnswer answer) {}

        @Override
        public void failed(DhtRpcException why) {}
      };
}

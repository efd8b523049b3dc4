import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.SendOptions;
import dev.parley.node.AgentNode;
import dev.parley.node.dht.Dht;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Handlers that block, and callers that block, each on a virtual thread. */
public final class VirtualThreads {
  public static void main(String[] args) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        AgentNode bob = AgentNode.builder().identity(Identity.generate()).network("hello")
            .listen("127.0.0.1", 0)
            .with(Dht.defaults())
            .handlerScheduler(Schedulers.fromExecutorService(threads))
            .receive("on", in -> Mono.just(Message.text("" + Thread.currentThread().isVirtual())))
            .start().block();
        AgentNode alice = AgentNode.builder().identity(Identity.generate()).network("hello")
            .with(Dht.seeds(bob.peerAddress()))
            .start().block()) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        answers.add(threads.submit(
            () -> alice.sendNow(bob.id(), Message.empty(), SendOptions.to("on")).text()));
      }
      int virtual = 0;
      for (Future<String> answer : answers) {
        virtual += answer.get().equals("true") ? 1 : 0;
      }
      System.out.println(virtual + " answers from virtual threads");
    }
  }
}

package dev.parley.cli;

import dev.parley.FailureCode;
import dev.parley.Handler;
import dev.parley.HandlerFailure;
import dev.parley.Inbound;
import dev.parley.Message;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Answers each message with the output of a command.
 *
 * <p>Commands run on threads of their own, at most a given number at once; as many more wait, and
 * beyond that a message is refused as OVERLOADED. A command whose message nobody waits for any more
 * is killed. One that ends with a status other than 0 fails the message.
 */
final class ExecHandler implements Handler.Messages, AutoCloseable {
  static final int MAX_CONCURRENT = 1024;

  private static final int IDLE_SECONDS = 60;

  /** How many messages wait for each thread. */
  private static final int WAITING = 1;

  private final String command;
  private final Scheduler runners;
  private final Scheduler helpers; // feed and kill commands
  private final Set<CommandRun> running = ConcurrentHashMap.newKeySet();

  private ExecHandler(String command, int concurrent) {
    this.command = command;
    this.runners =
        Schedulers.newBoundedElastic(concurrent, WAITING, "parley-exec", IDLE_SECONDS, true);
    // As many again, since a stuck feeder must not keep its command from being killed.
    this.helpers =
        Schedulers.newBoundedElastic(2 * concurrent, WAITING, "parley-feed", IDLE_SECONDS, true);
  }

  /** A handler that runs {@code command} in a shell. */
  static ExecHandler create(String command, int concurrent) {
    return new ExecHandler(command, concurrent);
  }

  @Override
  public Mono<Message> receive(Inbound inbound) {
    return Mono.defer(
        () -> {
          CommandRun run = new CommandRun(command, inbound, helpers);
          running.add(run);
          return Mono.fromCallable(run::answer)
              .subscribeOn(runners)
              .doOnTerminate(() -> running.remove(run))
              .doOnCancel(() -> endSoon(run))
              .onErrorMap(
                  RejectedExecutionException.class,
                  e -> HandlerFailure.of(FailureCode.OVERLOADED, null, e));
        });
  }

  /** Off the event loop where there is room: ending a process takes system calls. */
  private void endSoon(CommandRun run) {
    try {
      helpers.schedule(() -> end(run));
    } catch (RejectedExecutionException e) {
      end(run);
    }
  }

  private void end(CommandRun run) {
    run.kill();
    running.remove(run);
  }

  /** Kills what runs. Idempotent. */
  @Override
  public void close() {
    running.forEach(CommandRun::kill);
    runners.dispose();
    helpers.dispose();
  }
}

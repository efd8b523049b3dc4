package dev.parley.cli;

import dev.parley.HandlerFailure;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.cli.output.FailureReport;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/** One run of a command for one message. {@link #kill} may come from any thread, at any time. */
final class CommandRun {
  /** The longest output that is taken; a longer one fails the message. */
  static final int MAX_ANSWER_BYTES = 16 * 1024 * 1024;

  private final String command;
  private final Inbound inbound;
  private final Scheduler helpers;
  private boolean killed; // guarded by this
  private @Nullable Process process; // guarded by this

  CommandRun(String command, Inbound inbound, Scheduler helpers) {
    this.command = command;
    this.inbound = inbound;
    this.helpers = helpers;
  }

  /** Runs the command to its end. If that is by {@link #kill}, the answer is for nobody. */
  Message answer() {
    try {
      return Message.of(run(), inbound.message().contentType());
    } catch (InterruptedException e) {
      return Message.empty(); // the caller is gone, and this thread goes on to other work
    } catch (IOException | HandlerFailure e) {
      if (isKilled()) {
        return Message.empty();
      }
      throw e instanceof HandlerFailure f
          ? f
          : HandlerFailure.failed("the command could not be run");
    } finally {
      kill();
    }
  }

  private byte[] run() throws IOException, InterruptedException {
    Process running = start();
    // Fed by another thread: a command may write more than a pipe holds before it has read all.
    Disposable feeding = helpers.schedule(() -> feed(running.getOutputStream()));
    byte[] out = running.getInputStream().readNBytes(MAX_ANSWER_BYTES + 1);
    if (out.length > MAX_ANSWER_BYTES) {
      throw HandlerFailure.failed("the command's answer is too large");
    }
    int status = running.waitFor();
    feeding.dispose();
    if (status != 0) {
      throw HandlerFailure.failed("the command ended with status " + status);
    }
    return out;
  }

  private synchronized boolean isKilled() {
    return killed;
  }

  private synchronized Process start() throws IOException {
    if (killed) {
      throw new IOException("nobody waits for the answer any more");
    }
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", command);
    builder.redirectError(Redirect.INHERIT);
    Map<String, String> env = builder.environment();
    env.put("PARLEY_FROM", inbound.from().toString());
    env.put("PARLEY_ROUTE", FailureReport.printable(inbound.route()));
    env.put("PARLEY_CONTENT_TYPE", FailureReport.printable(inbound.message().contentType()));
    Process started = builder.start();
    process = started;
    return started;
  }

  private void feed(OutputStream stdin) {
    try (stdin) {
      stdin.write(inbound.message().bytes());
    } catch (IOException e) {
      // A command need not read its input: the pipe breaks when it ends first.
    }
  }

  /** Ends the command and what it started; the answer, if still awaited, fails. */
  synchronized void kill() {
    killed = true;
    Process running = process;
    if (running != null && running.isAlive()) {
      running.descendants().forEach(ProcessHandle::destroyForcibly);
      running.destroyForcibly();
    }
  }
}

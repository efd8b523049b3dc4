package dev.parley.node;

import dev.parley.file.FileInbox;
import dev.parley.file.FileTransfers;
import dev.parley.spi.Host;
import dev.parley.spi.Protocol;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The transfer of files as one of a node's protocols.
 *
 * @param inbox where files of others go; null to take none
 */
record FilesProtocol(@Nullable FileInbox inbox, int maxSending) implements Protocol {
  @Override
  public String name() {
    return "files";
  }

  @Override
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (maxSending < 1) {
      problems.add("maxFilesSending is " + maxSending + ", must be 1 or more");
    }
    if (inbox != null && !Files.isDirectory(inbox.directory())) {
      problems.add("receiveFiles is " + inbox.directory() + ", must be a directory");
    }
    return problems;
  }

  @Override
  public Mono<FileTransfers> start(Host host) {
    return Mono.fromSupplier(
        () -> {
          FileTransfers files =
              FileTransfers.builder(
                      host.agent(),
                      Schedulers.boundedElastic(),
                      host.timer(),
                      host.nanoClock(),
                      InstantSource.system(),
                      new SplittableRandom(new SecureRandom().nextLong()))
                  .maxSending(maxSending)
                  .build();
          if (inbox != null) {
            files.receive(inbox);
          }
          return files;
        });
  }
}

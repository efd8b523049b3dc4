package dev.parley.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class LogSetupTest {
  @Test
  void isFoundByLogback() {
    assertThat(ServiceLoader.load(ch.qos.logback.classic.spi.Configurator.class))
        .hasAtLeastOneElementOfType(LogSetup.class);
  }

  @Test
  void logsWarningsOnly() {
    LoggerContext context = new LoggerContext();
    assertThat(new LogSetup().configure(context))
        .isEqualTo(ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);
    assertThat(context.getLogger("dev.parley.node").isWarnEnabled()).isTrue();
    assertThat(context.getLogger("dev.parley.node").isInfoEnabled()).isFalse();
    assertThat(context.getLogger("reactor.netty.http.server").isWarnEnabled()).isFalse();
    assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("STDERR").isStarted())
        .isTrue();
    context.stop();
  }

  @Test
  void leavesItToAFileThatThePropertyNames() {
    System.setProperty("logback.configurationFile", "/somewhere/logback.xml");
    try {
      assertThat(new LogSetup().configure(new LoggerContext()))
          .isEqualTo(ExecutionStatus.INVOKE_NEXT_IF_ANY);
    } finally {
      System.clearProperty("logback.configurationFile");
    }
  }

  @Test
  void writesTimeLevelShortNameTextAndStackTrace() {
    LoggerContext context = new LoggerContext();
    Logger logger = context.getLogger("dev.parley.transport.rsocket.socket.Sockets");
    Exception cause = new IllegalStateException("why");
    String text =
        new LogLine()
            .doLayout(new LoggingEvent("", logger, Level.WARN, "{} happened", cause, args("It")));
    assertThat(text.lines().findFirst().orElseThrow())
        .matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} WARN  d\\.p\\.t\\.r\\.s\\.Sockets - It happened");
    assertThat(text).contains("java.lang.IllegalStateException: why").endsWith("\n");
    context.stop();
  }

  private static Object[] args(Object... values) {
    return values;
  }
}

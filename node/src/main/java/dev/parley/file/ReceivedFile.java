package dev.parley.file;

import dev.parley.AgentId;
import java.nio.file.Path;

/**
 * A file that came whole, verified and under its name.
 *
 * @param from who sent it: the key that the handshake proved
 * @param path where it is
 * @param bytes how many bytes it has
 * @param sha256 the SHA-256 of all of it, 64 digits of lower-case hexadecimal
 */
public record ReceivedFile(AgentId from, Path path, long bytes, String sha256) {}

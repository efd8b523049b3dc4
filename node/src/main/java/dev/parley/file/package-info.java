/**
 * Files of any size from agent to agent, in chunks over a channel: see {@link
 * dev.parley.file.FileTransfers}.
 */
@org.jspecify.annotations.NullMarked
package dev.parley.file;

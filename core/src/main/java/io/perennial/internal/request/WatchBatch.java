package io.perennial.internal.request;

import java.util.List;
import org.apache.zookeeper.Watcher;

/**
 * Many one-shot watches that one request arms: what the client itself sends when it reconnects. Where something has
 * changed after that transaction, the watch fires at once, ahead of the answer.
 *
 * @param since the transaction as of which everything is known
 * @param existing nodes watched for their data and their deletion
 * @param absent nodes watched for their creation
 * @param parents nodes whose children are watched
 * @param watcher gets the events of all of them
 */
public record WatchBatch(
        long since, List<String> existing, List<String> absent, List<String> parents, Watcher watcher) {}

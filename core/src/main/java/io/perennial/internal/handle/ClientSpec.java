package io.perennial.internal.handle;

import io.perennial.internal.connect.ConnectionGate;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.Ticker;
import io.perennial.internal.protocol.ServerKnowledge;

/**
 * What the library makes a client with.
 *
 * @param connectString where it connects, in the client's form
 * @param handle the handle that it belongs to, which watches it
 * @param gate asked before each connection
 * @param config the session's
 * @param threads distinguish the session's own threads from the application's
 * @param servers what the session knows of its servers
 * @param log the session's log
 * @param ticker the session's clock
 * @param late runs callbacks once its event thread has ended, see {@link RelayingZooKeeper}
 */
record ClientSpec(
        String connectString,
        Handle handle,
        ConnectionGate gate,
        HandleConfig config,
        SessionThreads threads,
        ServerKnowledge servers,
        ThrottledLog log,
        Ticker ticker,
        LateAnswers late) {}

package io.perennial.internal.state;

import io.perennial.internal.protocol.ErrorKind;
import java.util.ArrayDeque;
import java.util.function.IntConsumer;
import org.apache.zookeeper.KeeperException.Code;

/** A model handle's requests, in the order of their sending, in which they are answered. */
final class ModelRequests {
    private static final long NOT_ARRIVED = -1;

    private final ModelServers servers;
    private final ModelEventThread eventThread;
    private final ArrayDeque<Request> requests = new ArrayDeque<>();
    private long answers;

    /** What is asked. */
    enum Question {
        SYNC,
        ROOT,
        EPHEMERALS,
        PART,
        /** Of the client's own; nobody waits for its answer. */
        PING
    }

    /** One that waits for its answer. */
    static final class Request {
        private final Question what;
        private final IntConsumer answer;
        private long due = NOT_ARRIVED;

        private Request(Question what, IntConsumer answer) {
            this.what = what;
            this.answer = answer;
        }

        Question what() {
            return what;
        }

        boolean isPing() {
            return what == Question.PING;
        }
    }

    ModelRequests(ModelServers servers, ModelEventThread eventThread) {
        this.servers = servers;
        this.eventThread = eventThread;
    }

    void add(Question what, IntConsumer answer) {
        requests.add(new Request(what, answer));
    }

    /** Those of that session that were sent are read by a server. */
    void arrive(long sessionId) {
        for (Request request : requests) {
            if (request.due == NOT_ARRIVED) {
                request.due = servers.now() + servers.latency;
                servers.note(sessionId);
            }
        }
    }

    /** The next to be answered now, or null; it waits no more. */
    Request nextDue(long sessionId) {
        arrive(sessionId);
        Request first = requests.peek();
        return first == null || (first.due > servers.now() && servers.latency > 0) ? null : requests.remove();
    }

    void answer(Request request, Code code) {
        if (!request.isPing()) {
            eventThread.add(() -> {
                answers += ErrorKind.of(code).isTrouble() ? 0 : 1;
                request.answer.accept(code.intValue());
            });
        }
    }

    /** How many have come from a server. */
    long answers() {
        return answers;
    }

    void refuse(Question what, IntConsumer answer, Code code) {
        answer(new Request(what, answer), code);
    }

    void refuseAll(Code code) {
        while (!requests.isEmpty()) {
            answer(requests.remove(), code);
        }
    }
}

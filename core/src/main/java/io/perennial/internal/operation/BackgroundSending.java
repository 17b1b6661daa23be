package io.perennial.internal.operation;

import io.perennial.operation.BackgroundCall;
import io.perennial.operation.BackgroundCall.InBackground;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorEvent;

/**
 * A user's call in Curator's background.
 *
 * @param call what hands it over
 */
record BackgroundSending(BackgroundCall call) implements Sending<CuratorEvent> {
    @Override
    public CuratorEvent send(CuratorFramework curator) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Way way() {
        return Way.BACKGROUND;
    }

    @Override
    public void handOver(CuratorFramework curator, InBackground in) throws Exception {
        call.run(curator, in);
    }

    @Override
    public CuratorEvent read(CuratorEvent event) {
        return event;
    }
}

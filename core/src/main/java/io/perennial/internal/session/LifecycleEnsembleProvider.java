package io.perennial.internal.session;

import java.io.IOException;
import java.util.function.Consumer;
import org.apache.curator.ensemble.EnsembleProvider;

/**
 * The ensemble provider that Curator sees. Curator starts it on {@code start()}, before it asks for its first handle,
 * and closes it on {@code close()}, before it gives up its last: so those calls, made on the framework, reach the
 * session.
 */
final class LifecycleEnsembleProvider implements EnsembleProvider {
    private final EnsembleProvider delegate;
    private final Runnable onStart;
    private final Consumer<Throwable> onFailure;
    private final Runnable onClose;

    LifecycleEnsembleProvider(
            EnsembleProvider delegate, Runnable onStart, Consumer<Throwable> onFailure, Runnable onClose) {
        this.delegate = delegate;
        this.onStart = onStart;
        this.onFailure = onFailure;
        this.onClose = onClose;
    }

    @Override
    public void start() throws Exception {
        try {
            delegate.start();
        } catch (Throwable e) {
            // Curator would only log it.
            onFailure.accept(e);
            throw e;
        }
        onStart.run();
    }

    @Override
    public void close() throws IOException {
        onClose.run();
        delegate.close();
    }

    @Override
    public String getConnectionString() {
        return delegate.getConnectionString();
    }

    @Override
    public void setConnectionString(String connectionString) {
        delegate.setConnectionString(connectionString);
    }

    /** Always on the live handle: otherwise Curator would close it, and the session with it (CURATOR-7, S-09). */
    @Override
    public boolean updateServerListEnabled() {
        return true;
    }
}

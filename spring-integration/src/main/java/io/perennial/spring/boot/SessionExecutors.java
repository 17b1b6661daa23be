package io.perennial.spring.boot;

import io.perennial.ResilientSession;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.thread.Threading;
import org.springframework.core.env.Environment;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.CompositeTaskDecorator;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * Where listeners run: on virtual threads if the application has switched them on, decorated like its other tasks, for
 * example with the context to propagate. Without either it is the session's own thread. And where futures are
 * completed: on the application's bean for that, or on the session's own threads.
 */
final class SessionExecutors implements DisposableBean {
    /** The bean on which futures are completed. */
    static final String FUTURE_EXECUTOR = "perennialFutureExecutor";

    private final Environment environment;
    private final ObjectProvider<TaskDecorator> decorators;
    private final ObjectProvider<Executor> futureExecutor;
    private final List<ThreadPoolTaskExecutor> pools = new CopyOnWriteArrayList<>();

    SessionExecutors(
            Environment environment,
            ObjectProvider<TaskDecorator> decorators,
            ObjectProvider<Executor> futureExecutor) {
        this.environment = environment;
        this.decorators = decorators;
        this.futureExecutor = futureExecutor;
    }

    void configure(String sessionName, ResilientSession.Builder builder) {
        configureCallbacks(sessionName, builder);
        futureExecutor.ifAvailable(builder::futureExecutor);
    }

    private void configureCallbacks(String sessionName, ResilientSession.Builder builder) {
        List<TaskDecorator> all = decorators.orderedStream().toList();
        String prefix = "perennial-" + sessionName + "-callback-";
        if (Threading.VIRTUAL.isActive(environment)) {
            var virtual = new SimpleAsyncTaskExecutor(prefix);
            virtual.setVirtualThreads(true);
            if (!all.isEmpty()) {
                virtual.setTaskDecorator(new CompositeTaskDecorator(all));
            }
            builder.callbackExecutor(virtual);
        } else if (!all.isEmpty()) {
            builder.callbackExecutor(pool(prefix, new CompositeTaskDecorator(all)));
        }
    }

    /** One thread, as the session's own would be; it ends when there is nothing to do. */
    private ThreadPoolTaskExecutor pool(String prefix, TaskDecorator decorator) {
        var pool = new ThreadPoolTaskExecutor();
        pool.setThreadNamePrefix(prefix);
        pool.setCorePoolSize(1);
        pool.setMaxPoolSize(1);
        pool.setAllowCoreThreadTimeOut(true);
        pool.setDaemon(true);
        pool.setTaskDecorator(decorator);
        pool.initialize();
        pools.add(pool);
        return pool;
    }

    /** After the sessions, which depend on it. */
    @Override
    public void destroy() {
        pools.forEach(ThreadPoolTaskExecutor::shutdown);
    }
}

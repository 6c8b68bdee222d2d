using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What keeps writes, as a crash needs it: a place of the exercise's own to write to, all of it read back, and who it is across a restart.</summary>
abstract class Keeper : IAsyncDisposable
{
    /// <summary>Which: postgres, redis, nats, http, command.</summary>
    public abstract string Name { get; }

    /// <summary>What the place is, in words, for whoever has to take it away by hand.</summary>
    public abstract string Place { get; }

    /// <summary>Makes the place; it is empty then.</summary>
    public abstract Task Begin(CancellationToken cancel);

    /// <summary>A way to write, for one writer.</summary>
    public abstract Task<Writer> Open(CancellationToken cancel);

    public abstract Task<IReadOnlyList<Kept>> Read(CancellationToken cancel);

    /// <summary>Whether it takes requests; an exception means no.</summary>
    public abstract Task<bool> IsReady(CancellationToken cancel);

    /// <summary>Who it is, by what outlives a restart.</summary>
    public abstract Task<Value> Identity(CancellationToken cancel);

    /// <summary>How it keeps what it acknowledges, in its own settings' words; null where it does not tell.</summary>
    public virtual Task<string?> Profile(CancellationToken cancel) => Task.FromResult<string?>(null);

    /// <summary>The answer to a query of the document; null where there is none.</summary>
    public virtual Task<Value?> Answer(Value query, string parameter, CancellationToken cancel) => throw Given.Wrong(parameter, $"cannot be asked of {Name}");

    /// <summary>Whether it knows how to take the place away.</summary>
    public virtual bool Cleans => true;

    /// <summary>Takes the place away.</summary>
    public abstract Task End(CancellationToken cancel);

    public abstract ValueTask DisposeAsync();

    public static async Task<Keeper> For(Given given, ProbeContext context, CancellationToken cancel) => given["write"] switch
    {
        Value.Items => new CommandKeeper(given, context),
        Value.Fields => await HttpKeeper.Of(given, context, cancel),
        null => Uri.TryCreate(given.Target, UriKind.Absolute, out var url) ? url.Scheme switch
        {
            "postgres" or "postgresql" => new PostgresKeeper(given, context),
            "redis" or "rediss" => new RedisKeeper(given, context),
            "nats" or "tls" => new NatsKeeper(given, context),
            _ => throw Given.Wrong("write", "is missing: say how a write is sent and how all are read back"),
        } : throw Given.Wrong("target", "is no URL"),
        _ => throw Given.Wrong("write", "is neither a request nor a program"),
    };

    protected static string Field(Value query, string name, string parameter) => (query as Value.Fields)?[name] is Value.Text { Is.Length: > 0 } text ? text.Is : throw Given.Wrong(parameter, $"needs \"{name}\" for this store");
}

/// <summary>One writer's way to a store.</summary>
abstract class Writer : IAsyncDisposable
{
    /// <summary>True when it was acknowledged, false when it was plainly refused; an exception when nobody knows.</summary>
    public abstract Task<bool> Write(string id, string digest, CancellationToken cancel);

    public abstract ValueTask DisposeAsync();
}

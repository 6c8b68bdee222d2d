using Muster.Servers;

namespace Muster.Probes.Tests.Outbound;

/// <summary>One namespace for a class of tests, which skip where there is none.</summary>
public sealed class WithNamespace : IAsyncLifetime
{
    OwnNamespace? _own;

    public async ValueTask InitializeAsync() => _own = await OwnNamespace.Make(TestContext.Current.CancellationToken);

    internal OwnNamespace Need()
    {
        if (_own!.WhyNot is { } why) Assert.Skip(why);
        return _own;
    }

    public async ValueTask DisposeAsync()
    {
        if (_own is not null) await _own.DisposeAsync();
    }
}

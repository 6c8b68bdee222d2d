namespace Muster.Proofs.Tests;

sealed class ConfigurationAtFaults : IAskedAtFaults
{
    public IReadOnlyDictionary<string, string> Asked { get; } = new Dictionary<string, string>
    {
        ["config.assertions"] = "config.assertions: { target: shop.json, live: running, values: { log: /log } }",
    };

    public IReadOnlyDictionary<string, string> Targets { get; } = new Dictionary<string, string> { ["running"] = "\"http://ADDRESS\"" };

    public IReadOnlyDictionary<string, string> Files { get; } = new Dictionary<string, string> { ["shop.json"] = """{"log":"info"}""" };
}

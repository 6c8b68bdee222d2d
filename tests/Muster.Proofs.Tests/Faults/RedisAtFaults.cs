namespace Muster.Proofs.Tests;

sealed class RedisAtFaults : IAskedAtFaults
{
    public IReadOnlyDictionary<string, string> Asked { get; } = new Dictionary<string, string>
    {
        ["redis.acl"] = "redis.acl: \"redis://ADDRESS\", as: nobody, publish: notify, expect: { allowed: false }",
        ["redis.acl_matrix"] = "redis.acl_matrix: \"redis://ADDRESS\", may: { nobody: [ publish notify ] }",
        ["redis.config"] = "redis.config: \"redis://ADDRESS\"",
    };
}

using Muster.Readiness;

namespace Muster.Probes.Tests.Credentials;

static class DefaultLogins
{
    public static Task<Sight> Look(Value target, params (string, Value)[] more) => Probing.Look("credentials.default_login", [("target", target), ("pace", 0), .. more]);
}

using System.Net.Sockets;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>
/// A moment of load on a server of the engine's own, once in a process: code is slow when it runs for the first time, and without this a short run would tell of the engine's start and not of the target.
/// </summary>
static class Rehearsal
{
    static readonly Lazy<Task> Held = new(Hold);

    public static Task Once() => Held.Value;

    static async Task Hold()
    {
        try
        {
            await using var site = LoopbackSite.Start();
            site.Otherwise = static _ => new(200, "well");
            RequestStep[] requests = [new() { Name = "rehearsal", Url = Template.Of(Encoding.UTF8.GetBytes("/")) }];
            var moment = TimeSpan.FromMilliseconds(150);
            var plan = new LoadPlan
            {
                Target = site.Address,
                Scenarios =
                [
                    new() { Name = "rate", Model = new LoadModel.ConstantRate(2000, moment), Requests = [.. requests], MostUsers = 20, GracefulStop = moment },
                    new() { Name = "users", Model = new LoadModel.ConstantUsers(2, moment), Requests = [.. requests], GracefulStop = moment },
                ],
            };
            using var lines = new HttpLines();
            var context = new ProbeContext(new RunnerOptions { Release = Digest.Of("load"u8) }, lines, static _ => { }, new Ask(new Question("here", []), "load", []));
            var trust = await TrustAnchors.Read(null, context.Folder, CancellationToken.None);
            var origins = await Origins.Of(plan, context, static _ => false, CancellationToken.None);
            var running = new Running(plan, origins, context, trust, new(), new(plan, context, trust));
            await running.Run(CancellationToken.None);
        }
        catch (SocketException) { /* Without a rehearsal the run's first requests are late, and the result says so. */ }
        catch (Unseen) { /* The same. */ }
    }
}

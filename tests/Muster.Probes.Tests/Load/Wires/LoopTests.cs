using Muster.Probes.Load;

namespace Muster.Probes.Tests.Load.Wires;

public class LoopTests
{
    public static TheoryData<string> Kinds() => new("epoll", "waiting");

    static ILoop Loop(string kind) => kind == "epoll" ? new EpollLoop(new LoadClock(TimeProvider.System)) : new WaitingLoop(new LoadClock(TimeProvider.System));

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Alarms_ring_in_the_order_of_their_times_and_never_early(string kind)
    {
        var loop = Loop(kind);
        var rung = new List<(int Name, long When, long Now)>();
        var now = loop.Now;
        var random = new Random(3);
        var alarms = Enumerable.Range(0, 300).Select(i => new Noted(i, rung)).ToArray();
        foreach (var alarm in alarms) loop.Set(alarm, now + random.Next(1, 20_000_000));
        foreach (var alarm in alarms.Where((_, i) => i % 3 == 0)) loop.Set(alarm, now + random.Next(1, 20_000_000));
        foreach (var alarm in alarms.Where((_, i) => i % 5 == 0)) loop.Cancel(alarm);
        loop.Set(new Ends(loop), now + 21_000_000);

        await OwnThread.Run(loop.Run);

        Assert.Equal(240, rung.Count);
        Assert.Equal(Enumerable.Range(0, 300).Where(i => i % 5 != 0), rung.Select(one => one.Name).Order());
        Assert.Equal(rung.Select(one => one.When).Order(), rung.Select(one => one.When));
        Assert.All(rung, one => Assert.True(one.Now >= one.When));
        Assert.True(loop.Turns.Count > 0);
        (loop as IDisposable)?.Dispose();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_other_threads_post_runs_once_each_on_the_loop_s_thread_though_it_sleeps(string kind)
    {
        var loop = Loop(kind);
        var (count, elsewhere, thread) = (0, 0, 0);
        var running = OwnThread.Run(() =>
        {
            thread = Environment.CurrentManagedThreadId;
            loop.Run();
        });

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 2_500; i++)
            {
                loop.Post(() =>
                {
                    if (Environment.CurrentManagedThreadId != thread) elsewhere++;
                    if (++count == 10_000) loop.Stop();
                });
                if (i % 50 == 0) Thread.Yield();
            }
        })));
        await running;

        Assert.Equal((10_000, 0), (count, elsewhere));
        (loop as IDisposable)?.Dispose();
    }

    [Fact]
    public void A_heap_gives_the_least_whatever_is_set_moved_and_taken_out()
    {
        var random = new Random(5);
        var heap = new AlarmHeap();
        var alarms = Enumerable.Range(0, 200).Select(i => new Noted(i, [])).ToArray();
        var when = new Dictionary<Alarm, long>();
        for (var i = 0; i < 50_000; i++)
        {
            var alarm = alarms[random.Next(alarms.Length)];
            switch (random.Next(5))
            {
                case 0:
                    heap.Remove(alarm);
                    when.Remove(alarm);
                    break;
                case 1 when when.Count > 0:
                    Assert.Equal(when.Values.Min(), heap.Next);
                    Assert.True(when.Remove(heap.Take(), out var least) && when.Values.All(other => other >= least));
                    break;
                default:
                    when[alarm] = random.Next(1000);
                    heap.Set(alarm, when[alarm]);
                    break;
            }

            Assert.Equal((when.Count, when.Count == 0 ? long.MaxValue : when.Values.Min()), (heap.Count, heap.Next));
        }
    }

    sealed class Noted(int name, List<(int, long, long)> into) : Alarm
    {
        public override void Ring(long now) => into.Add((name, When, now));
    }

    sealed class Ends(ILoop loop) : Alarm
    {
        public override void Ring(long now) => loop.Stop();
    }
}

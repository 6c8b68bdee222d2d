// They wait for servers, scrapes and deadlines much more than they work.
[assembly: CollectionBehavior(MaxParallelThreads = 8)]

namespace Muster.Proofs.Tests;

public sealed class EyesTests
{
    public static TheoryData<string> Names => BothWays.Of(Lane.Usual);

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public Task Each_line_is_proven_over_servers_that_are_well_and_is_not_while_one_is_broken(string name) => BothWays.Hold(name);
}

public sealed class OutagesEyesTests
{
    public static TheoryData<string> Names => BothWays.Of(Lane.Outages);

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public Task Each_line_is_proven_over_servers_that_are_well_and_is_not_while_one_is_broken(string name) => BothWays.Hold(name);
}

public sealed class DrainingEyesTests
{
    public static TheoryData<string> Names => BothWays.Of(Lane.Draining);

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public Task Each_line_is_proven_over_servers_that_are_well_and_is_not_while_one_is_broken(string name) => BothWays.Hold(name);
}

public sealed class WatchingEyesTests
{
    public static TheoryData<string> Names => BothWays.Of(Lane.Watching);

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public Task Each_line_is_proven_over_servers_that_are_well_and_is_not_while_one_is_broken(string name) => BothWays.Hold(name);
}

public sealed class WorkingEyesTests
{
    public static TheoryData<string> Names => BothWays.Of(Lane.Working);

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public Task Each_line_is_proven_over_servers_that_are_well_and_is_not_while_one_is_broken(string name) => BothWays.Hold(name);
}

public sealed class ReadingEyesTests
{
    public static TheoryData<string> Names => BothWays.Of(Lane.Reading);

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public Task Each_line_is_proven_over_servers_that_are_well_and_is_not_while_one_is_broken(string name) => BothWays.Hold(name);
}

[Collection(nameof(Quiet))]
public sealed class QuietEyesTests
{
    public static TheoryData<string> Names => BothWays.Of(Lane.Quiet);

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public Task Each_line_is_proven_over_servers_that_are_well_and_is_not_while_one_is_broken(string name) => BothWays.Hold(name);
}

[CollectionDefinition(nameof(Quiet), DisableParallelization = true)]
public sealed class Quiet;

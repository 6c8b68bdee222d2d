namespace Muster.House.Tests;

public class HabitsTests
{
    /// <summary>Files that must be longer than most, each with its reason.</summary>
    static readonly Dictionary<string, string> Long = [];

    [Fact]
    public void No_source_file_has_a_forbidden_habit()
    {
        Wall.Holds(Repository.Sources("src/").SelectMany(Habits.Broken));
    }

    [Fact]
    public void No_source_file_is_too_long_to_read_at_once()
    {
        Wall.Holds(Habits.TooLong(Repository.Sources("src/"), Long));
        Assert.All(Long.Values, reason => Assert.NotEmpty(reason));
    }

    [Theory]
    [InlineData("// TODO: later")]
    [InlineData("/* FIXME */")]
    [InlineData("throw new NotImplementedException();")]
    [InlineData("try { F(); } catch { }")]
    [InlineData("try { F(); } catch (IOException) when (late) { }")]
    [InlineData("try { F(); } catch { /* never mind */ }")]
    [InlineData("    #region Fields")]
    [InlineData("sealed class GateManager;")]
    [InlineData("static class StringUtils;")]
    [InlineData("interface IProbeService;")]
    [InlineData("async void Fire() => await F();")]
    public void Each_forbidden_habit_is_seen(string code)
    {
        var found = Assert.Single(Habits.Broken(new("src/x.cs", "\n" + code)));

        Assert.StartsWith("src/x.cs:2: ", found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("var text = \"catch { }\";")]
    [InlineData("catch (IOException broken) { return Blind.Unreachable; }")]
    [InlineData("catch (IOException) { /* not there: the answer is null */ }")]
    [InlineData("sealed class ServiceMesh;")]
    public void What_only_looks_like_one_is_left_alone(string code)
    {
        Assert.Empty(Habits.Broken(new("src/x.cs", code)));
    }

    [Fact]
    public void No_test_sleeps()
    {
        Wall.Holds(Repository.Sources("tests/").SelectMany(Habits.Sleeps));
    }

    [Theory]
    [InlineData("Thread.Sleep(10);", 1)]
    [InlineData("await Task.Delay(limit, cancel);", 1)]
    [InlineData("await Task.Delay(Timeout.InfiniteTimeSpan, cancel);", 0)]
    public void A_sleeping_test_is_seen(string code, int times)
    {
        Assert.Equal(times, Habits.Sleeps(new("tests/x.cs", code)).Count());
    }

    [Fact]
    public void A_long_file_needs_a_reason_and_a_reason_needs_a_long_file()
    {
        var longer = new SourceFile("src/long.cs", new string('\n', Habits.MostLines + 1));

        Assert.Contains("src/long.cs has 401 lines", Assert.Single(Habits.TooLong([longer], new Dictionary<string, string>())), StringComparison.Ordinal);
        Assert.Empty(Habits.TooLong([longer], new Dictionary<string, string> { ["src/long.cs"] = "a table" }));
        Assert.Contains("not too long", Assert.Single(Habits.TooLong([], new Dictionary<string, string> { ["src/gone.cs"] = "a table" })), StringComparison.Ordinal);
    }
}

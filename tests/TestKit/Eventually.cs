using System.Diagnostics;
using Xunit;
using Xunit.Sdk;

namespace EmbedPlatform.TestKit;

/// <summary>Waits for what becomes true by itself.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until a condition holds; fails with the condition in words.</summary>
    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    /// <summary>Waits until a condition holds; fails with the condition in words.</summary>
    public static Task TrueAsync(Func<Task<bool>> condition, string what) => TrueAsync(condition, () => what);

    /// <summary>Waits until a condition holds; fails with the condition in words of the moment.</summary>
    public static Task TrueAsync(Func<Task<bool>> condition, Func<string> what) => BecomesAsync(condition, isTrue => isTrue, what);

    /// <summary>Reads until what was read is as expected and returns it; fails with the expectation in words.</summary>
    public static Task<T> BecomesAsync<T>(Func<Task<T>> read, Func<T, bool> isExpected, string what) =>
        BecomesAsync(read, isExpected, () => what);

    private static async Task<T> BecomesAsync<T>(Func<Task<T>> read, Func<T, bool> isExpected, Func<string> what)
    {
        var start = Stopwatch.GetTimestamp();
        // Short at first: some of what a test waits for does not last.
        for (var pause = TimeSpan.FromMilliseconds(5); ; pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks)))
        {
            var value = await read();
            if (isExpected(value))
            {
                return value;
            }

            Assert.True(
                Stopwatch.GetElapsedTime(start) < Patience,
                $"it never came true that {what()}, at last {ArgumentFormatter.Format(value)}"
            );
            await Task.Delay(pause, TestContext.Current.CancellationToken);
        }
    }
}

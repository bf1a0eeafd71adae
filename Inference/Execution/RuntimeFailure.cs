using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;

namespace EmbedPlatform.Inference.Execution;

/// <summary>ONNX Runtime's failures in a line for people: without its error codes, the places in its sources and the path that the caller names.</summary>
internal static partial class RuntimeFailure
{
    public static string Words(Exception failure) =>
        failure is OnnxRuntimeException
            ? Frame().Replace(failure.Message.ReplaceLineEndings(" "), "").Trim().TrimEnd('.') + "."
            : failure.Message;

    [GeneratedRegex(
        @"\[ErrorCode:\w+\] |Load model from .*? failed: ?|Non-zero status code returned while |Status Message: |/\S*onnxruntime\S*:\d+ .*?\) (?=\S)|Exception during initialization: "
    )]
    private static partial Regex Frame();
}

